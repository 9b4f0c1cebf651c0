// Templates: text whose runs of digits vary ("/inventory/4711/reserve", "upstream timeout after 1843 ms"). The text without the runs is the template; the runs are
// packed numbers, a column for each place in each template. Runs with leading zeros ("08:05:12") are numbers where all values of the column are cut so that
// the runs of a template have fixed lengths: an encoding of its own, "padded". values_template_writer.cpp makes them.
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <optional>

#include "storage/bytes.h"
#include "storage/column/packed_template.h"
#include "storage/column/template_codes.h"
#include "storage/column/values.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

constexpr uint8_t kMaxDigits = 18;
constexpr size_t kMaxTemplateBytes = 16 << 20;

/// Codes are unpacked in pieces of this many, which stay in the cache.
constexpr size_t kPiece = 1024;

/// What is known of each number that one run of a template may be: a table by number where numbers are small, else a hash table.
class KnownNumbers {
 public:
  static constexpr uint32_t kNew = UINT32_MAX;
  /// At most `most` different numbers will be asked for.
  KnownNumbers(const PackedTemplate& t, size_t most) {
    const unsigned width = t.runs.size() == 1 ? t.runs[0].bits.width() : 0;
    const size_t slots = std::bit_ceil(2 * std::min<size_t>(most, t.count) + 2);
    direct_ = width < 32 && (size_t{1} << width) <= 4 * slots;
    codes_.assign(direct_ ? size_t{1} << width : slots, kNew);
    if (!direct_) numbers_.resize(slots);
  }
  /// kNew where the number is asked for the first time; to be set before the next one is.
  uint32_t& of(uint64_t number) {
    if (direct_) return codes_[number];
    const size_t mask = codes_.size() - 1;
    size_t at = (number * 0x9e3779b97f4a7c15ull >> 32) & mask;
    while (codes_[at] != kNew && numbers_[at] != number) at = (at + 1) & mask;
    numbers_[at] = number;
    return codes_[at];
  }

 private:
  bool direct_;
  std::vector<uint32_t> codes_;
  std::vector<uint64_t> numbers_;
};

class TemplateValues : public Values {
 public:
  TemplateValues(Encoding encoding, uint32_t size, std::vector<PackedTemplate> templates, TemplateCodes codes) : encoding_(encoding), templates_(std::move(templates)), codes_(std::move(codes)) { size_ = size; }
  Encoding encoding() const override { return encoding_; }
  void append(uint32_t i, std::string& out) const override { templates_[codes_[i]].append(rank(i), out); }
  uint32_t length(uint32_t i) const override { return templates_[codes_[i]].length(rank(i)); }
  std::vector<ValueForm> forms() const override {
    std::vector<ValueForm> out;
    for (const PackedTemplate& t : templates_) {
      ValueForm& form = out.emplace_back(ValueForm{t.form.text, {}});
      for (size_t run = 0; run < t.runs.size(); ++run) {
        NumberRange& range = form.numbers.emplace_back(NumberRange{UINT64_MAX, 0, t.form.numbers[run].digits});
        for (uint32_t i = 0; i < t.count; ++i) range.add(t.number(run, i));
      }
    }
    return out;
  }
  bool may_hold(const TextTest& test) const override {
    return std::any_of(templates_.begin(), templates_.end(), [&](const PackedTemplate& t) { return t.form.may_hold(test); });
  }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    std::vector<std::vector<uint8_t>> of_template;
    bool any = false;
    uint32_t most = 0;
    for (const PackedTemplate& t : templates_) {
      any |= !of_template.emplace_back(t.test(test)).empty();
      most = std::max(most, t.count);
    }
    if (!any) return std::fill(hits.begin(), hits.end(), 0);
    const std::vector<uint8_t> none(most);
    std::vector<const uint8_t*> next;  // by template, of the next value
    for (const auto& of : of_template) next.push_back(of.empty() ? none.data() : of.data());
    std::array<uint32_t, kPiece> codes;
    const size_t end = first + hits.size();
    for (size_t at = 0; at < end; at += kPiece) {
      const auto piece = std::span(codes).first(std::min(kPiece, end - at));
      codes_.unpack(at, piece);
      size_t i = 0;
      for (; i < piece.size() && at + i < first; ++i) ++next[piece[i]];
      for (; i < piece.size(); ++i) hits[at + i - first] = *next[piece[i]]++;
    }
  }
  void distinct(std::span<const uint32_t> ranks, std::span<uint32_t> codes, Texts& texts) const override {
    std::vector<std::optional<KnownNumbers>> known(templates_.size());
    std::string text;
    TemplateWalk walk(codes_);
    for (size_t i = 0; i < ranks.size(); ++i) {
      const auto [c, nth] = walk.to(ranks[i]);
      const PackedTemplate& t = templates_[c];
      if (!known[c]) known[c].emplace(t, ranks.size());
      uint32_t* number = t.runs.size() > 1 ? nullptr : &known[c]->of(t.runs.empty() ? 0 : t.runs[0].bits[nth]);
      if (number && *number != KnownNumbers::kNew) {
        codes[i] = *number;
        continue;
      }
      text.clear();
      t.append(nth, text);
      codes[i] = number ? *number = texts.append(text) : texts.find_or_add(text);
    }
  }
  size_t memory() const override {
    size_t bytes = sizeof *this + codes_.memory() + ranks_bytes_.load(std::memory_order_relaxed);
    for (const PackedTemplate& t : templates_) bytes += sizeof t + t.form.text.size() + t.runs.size() * (sizeof(PackedTemplate::Numbers) + sizeof(NumberRange));
    return bytes;
  }

 private:
  /// Number of values before i with the same template.
  uint32_t rank(uint32_t i) const {
    std::call_once(ranked_, [&] {
      ranks_.resize(size_);
      std::vector<uint32_t> seen(templates_.size());
      for (uint32_t k = 0; k < size_; ++k) ranks_[k] = seen[codes_[k]]++;
      ranks_bytes_ = ranks_.capacity() * sizeof ranks_[0];
    });
    return ranks_[i];
  }

  Encoding encoding_;
  std::vector<PackedTemplate> templates_;
  TemplateCodes codes_;
  mutable std::once_flag ranked_;
  mutable std::vector<uint32_t> ranks_;
  mutable std::atomic<size_t> ranks_bytes_{0};
};

std::unique_ptr<Values> read(std::string_view bytes, uint32_t size, Encoding encoding) {
  ByteReader in(bytes);
  const uint64_t count = in.varint();
  const unsigned width = in.fixed<uint8_t>();
  std::string_view rest = in.rest();
  const auto table = get_compressed(rest, kMaxTemplateBytes);
  if (!in.ok() || !table || count == 0 || count > kMaxTemplates || width != bits_for(count - 1)) return nullptr;
  ByteReader texts(*table), body(rest);
  std::vector<PackedTemplate> templates(count);
  for (PackedTemplate& t : templates) {
    t.form.text = texts.bytes();
    t.runs.resize(static_cast<size_t>(std::count(t.form.text.begin(), t.form.text.end(), '\0')));
  }
  const std::string_view packed = body.take(packed_bytes(size, width));
  if (!texts.finished() || !body.ok()) return nullptr;
  std::vector<uint32_t> counts(count);
  auto codes = TemplateCodes::read(PackedBits(packed.data(), width), size, counts);
  if (!codes) return nullptr;
  for (size_t t = 0; t < count; ++t) templates[t].count = counts[t];
  for (PackedTemplate& t : templates)
    for (PackedTemplate::Numbers& run : t.runs) {
      const uint8_t digits = encoding == Encoding::kPadded ? body.fixed<uint8_t>() : uint8_t{0};
      const unsigned bits = body.fixed<uint8_t>();
      run.base = body.varint();
      if (bits > 64 || digits > kMaxDigits) return nullptr;
      run.bits = PackedBits(body.take(packed_bytes(t.count, bits)).data(), bits);
      t.form.numbers.push_back({run.base, run.base + (bits < 64 ? (uint64_t{1} << bits) - 1 : ~uint64_t{0}), digits});
    }
  if (!body.finished()) return nullptr;
  return std::make_unique<TemplateValues>(encoding, size, std::move(templates), std::move(*codes));
}

}  // namespace

std::unique_ptr<Values> read_template(std::string_view bytes, uint32_t size) { return read(bytes, size, Encoding::kTemplate); }
std::unique_ptr<Values> read_padded(std::string_view bytes, uint32_t size) { return read(bytes, size, Encoding::kPadded); }

}  // namespace sleipnir::storage
