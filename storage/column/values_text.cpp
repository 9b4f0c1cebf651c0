// Text: lengths packed, bytes in zstd frames of about 64 KB that are opened one at a time.
//   u8 width, packed lengths, varint frames, per frame: varint first value, compressed bytes
#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/values.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kFrameBytes = 64 << 10;
constexpr size_t kMaxFrame = 64 << 20;

class TextValues : public Values {
 public:
  struct Frame { uint32_t first; std::string_view stored; };
  TextValues(uint32_t size, PackedBits lengths, std::vector<Frame> frames) : lengths_(lengths), frames_(std::move(frames)), open_(frames_.size()) { size_ = size; }
  Encoding encoding() const override { return Encoding::kText; }
  uint32_t length(uint32_t i) const override { return static_cast<uint32_t>(lengths_[i]); }
  void append(uint32_t i, std::string& out) const override {
    const size_t f = frame_of(i);
    const Open& frame = open(f);
    const uint32_t k = i - frames_[f].first;
    out.append(frame.bytes, frame.starts[k], frame.starts[k + 1] - frame.starts[k]);
  }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    if (hits.empty()) return;
    const uint32_t end = first + static_cast<uint32_t>(hits.size());
    for (size_t f = frame_of(first); f < frames_.size() && frames_[f].first < end; ++f) {
      const size_t from = std::max(first, frames_[f].first) - frames_[f].first, to = std::min(end, end_of(f)) - frames_[f].first;
      const auto of_frame = hits.subspan(frames_[f].first + from - first, to - from);
      if (!frame_may_hold(f, test.text)) {
        std::fill(of_frame.begin(), of_frame.end(), 0);
        continue;
      }
      const Open& frame = open(f);
      if (test.op == TextTest::Op::kContains && !test.text.empty()) frame.search(test.text, from, of_frame);
      else
        for (size_t k = from; k < to; ++k) of_frame[k - from] = test.holds(frame.value(k));
    }
  }
  size_t memory() const override { return sizeof *this + frames_.size() * (sizeof(Frame) + sizeof(Open)) + opened_.load(std::memory_order_relaxed); }

 private:
  struct Open {
    std::once_flag once;
    std::atomic<bool> ready = false;
    std::string bytes;
    std::vector<uint32_t> starts;

    std::string_view value(size_t k) const { return std::string_view(bytes).substr(starts[k], starts[k + 1] - starts[k]); }
    /// hits[i] = value from + i contains the text. All values are searched as one text: hits are few.
    void search(std::string_view text, size_t from, std::span<uint8_t> hits) const {
      std::fill(hits.begin(), hits.end(), 0);
      const size_t to = from + hits.size();
      for (size_t k = from, at = starts[from]; k < to;) {
        const void* found = memmem(bytes.data() + at, starts[to] - at, text.data(), text.size());
        if (!found) return;
        at = static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
        k = static_cast<size_t>(std::upper_bound(starts.begin() + static_cast<ptrdiff_t>(k), starts.begin() + static_cast<ptrdiff_t>(to), at) - starts.begin()) - 1;
        if (at + text.size() > starts[k + 1]) {
          ++at;  // over the end of a value
          continue;
        }
        hits[k - from] = 1;
        at = starts[++k];
      }
    }
  };

  size_t frame_of(uint32_t i) const {
    return static_cast<size_t>(std::upper_bound(frames_.begin(), frames_.end(), i, [](uint32_t v, const Frame& frame) { return v < frame.first; }) - frames_.begin()) - 1;
  }

  uint32_t end_of(size_t f) const { return f + 1 < frames_.size() ? frames_[f + 1].first : size_; }

  /// False only if no value of the frame has the text. A frame without it is not kept open: needles would fill the memory with text that nobody asks for again.
  bool frame_may_hold(size_t f, std::string_view text) const {
    if (text.empty() || open_[f].ready.load(std::memory_order_acquire)) return true;
    std::string_view stored = frames_[f].stored;
    const auto bytes = get_compressed(stored, kMaxFrame);
    return bytes && memmem(bytes->data(), bytes->size(), text.data(), text.size());
  }

  /// A frame that is damaged beyond what the chunk's checksum saw gives empty values.
  const Open& open(size_t f) const {
    Open& frame = open_[f];
    std::call_once(frame.once, [&] {
      std::string_view stored = frames_[f].stored;
      frame.bytes = get_compressed(stored, kMaxFrame).value_or("");
      const uint32_t first = frames_[f].first, end = end_of(f);
      size_t at = 0;
      frame.starts.reserve(end - first + 1);
      frame.starts.push_back(0);
      for (uint32_t i = first; i < end; ++i) frame.starts.push_back(static_cast<uint32_t>(at = std::min(frame.bytes.size(), at + lengths_[i])));
      opened_ += frame.bytes.capacity() + frame.starts.capacity() * sizeof frame.starts[0];
      frame.ready.store(true, std::memory_order_release);
    });
    return frame;
  }

  PackedBits lengths_;
  std::vector<Frame> frames_;
  mutable std::vector<Open> open_;
  mutable std::atomic<size_t> opened_{0};  ///< bytes of the frames that are open
};

}  // namespace

void write_text(std::span<const std::string_view> values, std::string& out) {
  std::vector<uint32_t> lengths;
  lengths.reserve(values.size());
  uint32_t longest = 0;
  for (const std::string_view v : values) {
    lengths.push_back(static_cast<uint32_t>(v.size()));
    longest = std::max(longest, lengths.back());
  }
  const unsigned width = bits_for(longest);
  out += static_cast<char>(width);
  pack_bits(out, std::span<const uint32_t>(lengths), width);
  std::string frames, raw;
  uint64_t count = 0;
  for (size_t i = 0; i < values.size();) {
    put_varint(frames, i);
    raw.clear();
    for (; i < values.size() && (raw.empty() || raw.size() + values[i].size() <= kFrameBytes); ++i) raw += values[i];
    put_compressed(frames, raw);
    ++count;
  }
  put_varint(out, count);
  out += frames;
}

std::unique_ptr<Values> read_text(std::string_view bytes, uint32_t size) {
  ByteReader in(bytes);
  const unsigned width = in.fixed<uint8_t>();
  if (width > 32) return nullptr;
  const std::string_view lengths = in.take(packed_bytes(size, width));
  std::vector<TextValues::Frame> frames(in.count(3));
  for (auto& frame : frames) {
    frame.first = static_cast<uint32_t>(in.varint());
    const std::string_view start = in.rest();
    in.varint();
    in.bytes();
    frame.stored = start.substr(0, start.size() - in.rest().size());
    if (frame.first >= size || (&frame == frames.data() ? frame.first != 0 : frame.first <= (&frame - 1)->first)) return nullptr;
  }
  if (!in.finished() || (size && frames.empty())) return nullptr;
  return std::make_unique<TextValues>(size, PackedBits(lengths.data(), width), std::move(frames));
}

}  // namespace sleipnir::storage
