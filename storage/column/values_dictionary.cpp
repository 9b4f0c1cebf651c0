// Dictionary: the distinct values ascending, and a packed code a value.
//   varint entries, u8 width, compressed(lengths as varints, then texts), compressed(packed codes)
#include <algorithm>
#include <array>
#include <numeric>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/values.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMaxDictionaryBytes = 64 << 20;

class DictionaryValues : public Values {
 public:
  DictionaryValues(uint32_t size, std::unique_ptr<const std::string> texts, std::vector<std::string_view> entries, std::unique_ptr<const std::string> packed, PackedBits codes)
      : texts_(std::move(texts)), packed_(std::move(packed)), entries_(std::move(entries)), codes_(codes) { size_ = size; }
  Encoding encoding() const override { return Encoding::kDictionary; }
  void append(uint32_t i, std::string& out) const override { out += entries_[codes_[i]]; }
  uint32_t length(uint32_t i) const override { return static_cast<uint32_t>(entries_[codes_[i]].size()); }
  uint32_t entries() const override { return static_cast<uint32_t>(entries_.size()); }
  std::string_view entry(uint32_t e) const override { return entries_[e]; }
  void codes(uint32_t first, std::span<uint32_t> out) const override { codes_.unpack(first, out); }
  bool may_hold(const TextTest& test) const override {
    if (test.op == TextTest::Op::kEquals) return std::binary_search(entries_.begin(), entries_.end(), std::string_view(test.text));
    return std::any_of(entries_.begin(), entries_.end(), [&](std::string_view e) { return test.holds(e); });
  }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    if (test.op != TextTest::Op::kEquals) return Values::test(test, first, hits);
    std::fill(hits.begin(), hits.end(), 0);
    const auto at = std::lower_bound(entries_.begin(), entries_.end(), std::string_view(test.text));
    if (at == entries_.end() || *at != test.text) return;
    const auto wanted = static_cast<uint32_t>(at - entries_.begin());
    std::array<uint32_t, 1024> piece;
    for (size_t from = 0; from < hits.size(); from += piece.size()) {
      const auto codes = std::span(piece).first(std::min(piece.size(), hits.size() - from));
      codes_.unpack(first + from, codes);
      for (size_t i = 0; i < codes.size(); ++i) hits[from + i] = codes[i] == wanted;
    }
  }

  size_t memory() const override { return sizeof *this + texts_->size() + packed_->size() + entries_.size() * sizeof entries_[0]; }

 private:
  std::unique_ptr<const std::string> texts_, packed_;  // what the entries and the codes point into
  std::vector<std::string_view> entries_;
  PackedBits codes_;
};

}  // namespace

void write_dictionary(const CodedValues& in, std::string& out) {
  const auto entries = in.entries;
  std::vector<uint32_t> order(entries.size()), rank(entries.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return entries[a] < entries[b]; });
  std::string texts;
  for (uint32_t r = 0; r < order.size(); ++r) {
    rank[order[r]] = r;
    put_varint(texts, entries[order[r]].size());
  }
  for (const uint32_t e : order) texts += entries[e];
  std::vector<uint32_t> codes;
  codes.reserve(in.codes.size());
  for (const uint32_t c : in.codes) codes.push_back(rank[c]);
  const unsigned width = bits_for(entries.size() - 1);
  put_varint(out, entries.size());
  out += static_cast<char>(width);
  put_compressed(out, texts);
  // Values that follow from the stream stand in long runs.
  std::string packed;
  pack_bits(packed, std::span<const uint32_t>(codes), width);
  put_compressed(out, packed, 1);
}

std::unique_ptr<Values> read_dictionary(std::string_view bytes, uint32_t size) {
  ByteReader in(bytes);
  const uint64_t entries = in.varint();
  const unsigned width = in.fixed<uint8_t>();
  std::string_view rest = in.rest();
  auto raw = get_compressed(rest, kMaxDictionaryBytes);
  if (!in.ok() || !raw || entries == 0 || entries > kMostEntries || width != bits_for(entries - 1)) return nullptr;
  auto raw_codes = get_compressed(rest, packed_bytes(size, width));
  if (!raw_codes || raw_codes->size() != packed_bytes(size, width) || !rest.empty()) return nullptr;
  raw_codes->append(PackedBits::kPadding, '\0');
  auto packed = std::make_unique<const std::string>(std::move(*raw_codes));
  auto texts = std::make_unique<const std::string>(std::move(*raw));
  ByteReader lengths(*texts);
  std::vector<uint64_t> length(entries);
  for (uint64_t& l : length) l = lengths.varint();
  std::vector<std::string_view> views;
  for (const uint64_t l : length) views.push_back(lengths.take(l));
  const PackedBits codes(packed->data(), width);
  if (!lengths.finished()) return nullptr;
  // A width that is not full could code entries that do not exist; checked once, so that nobody else has to.
  if (!all_below(codes, size, entries)) return nullptr;
  return std::make_unique<DictionaryValues>(size, std::move(texts), std::move(views), std::move(packed), codes);
}

}  // namespace sleipnir::storage
