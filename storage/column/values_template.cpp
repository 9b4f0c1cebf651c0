// Templates: text whose runs of digits vary ("/inventory/4711/reserve", "upstream timeout after 1843 ms"). The text without the runs is the template; the runs are
// packed numbers, a column for each place in each template. Runs with leading zeros ("08:05:12") are numbers where all values of the column are cut so that
// the runs of a template have fixed lengths: an encoding of its own, "padded".
//   varint templates, u8 width, compressed(per template: string; a run is NUL), packed template codes,
//   per template and run: padded: u8 digits; u8 width, varint base, packed numbers
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/block_summary.h"
#include "storage/column/distinct.h"
#include "storage/column/template_codes.h"
#include "storage/column/value_form.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMaxTemplates = 1024;
/// Runs that vary in length have more templates than it takes to write their zeros as text.
constexpr size_t kMostPadded = 64;
constexpr uint8_t kMaxDigits = 18;
constexpr size_t kMaxTemplateBytes = 16 << 20;

/// Codes are unpacked in pieces of this many, which stay in the cache.
constexpr size_t kPiece = 1024;

bool digit(char c) { return c >= '0' && c <= '9'; }

struct Numbers { uint64_t base = 0; PackedBits bits; };
struct Template {
  ValueForm form;
  std::vector<Numbers> runs;
  uint32_t count = 0;

  uint64_t number(size_t run, uint32_t rank) const { return runs[run].base + runs[run].bits[rank]; }
  /// The text of the rank-th of its values.
  void append(uint32_t rank, std::string& out) const {
    size_t run = 0, from = 0;
    for (size_t at; (at = form.text.find('\0', from)) != std::string::npos; from = at + 1, ++run) {
      out.append(form.text, from, at - from);
      char buffer[24];
      const size_t n = print(run, rank, buffer);
      out.append(written(run, n) - n, '0');
      out.append(buffer, n);
    }
    out.append(form.text, from);
  }
  uint32_t length(uint32_t rank) const {
    size_t all = form.text.size() - runs.size();
    char buffer[24];
    for (size_t run = 0; run < runs.size(); ++run) all += written(run, print(run, rank, buffer));
    return static_cast<uint32_t>(all);
  }
  /// hits[rank] = the test holds; empty where it holds for none.
  std::vector<uint8_t> test(const TextTest& test) const;

 private:
  /// Digits without leading zeros, of which there are n; and of the run with them.
  size_t print(size_t run, uint32_t rank, char (&buffer)[24]) const { return static_cast<size_t>(std::to_chars(buffer, buffer + sizeof buffer, number(run, rank)).ptr - buffer); }
  size_t written(size_t run, size_t n) const { return std::max<size_t>(form.numbers[run].digits, n); }
};

std::vector<uint8_t> Template::test(const TextTest& test) const {
  const auto alignment = align_numbers(form.text, test);
  std::vector<uint8_t> hits;
  if (!alignment) {
    std::string value;
    hits.resize(count);
    for (uint32_t rank = 0; rank < count; ++rank) {
      value.clear();
      append(rank, value);
      hits[rank] = test.holds(value);
    }
    return hits;
  }
  if (alignment->always) return std::vector<uint8_t>(count, 1);
  for (const Alignment::Alternative& tests : alignment->alternatives) {
    const auto never = [&](const Alignment::SlotTest& t) { return !form.numbers[t.slot].may_hold(t.test); };
    if (std::any_of(tests.begin(), tests.end(), never)) continue;
    std::vector<uint8_t> all(count, 1), of_one(count);
    for (const auto& [slot, of_number] : tests) {
      NumberTest(of_number, form.numbers[slot]).test(runs[slot].base, runs[slot].bits, 0, of_one);
      for (uint32_t rank = 0; rank < count; ++rank) all[rank] &= of_one[rank];
    }
    hits.resize(count);
    for (uint32_t rank = 0; rank < count; ++rank) hits[rank] |= all[rank];
  }
  return hits;
}

/// What is known of each number that one run of a template may be: a table by number where numbers are small, else a hash table.
class KnownNumbers {
 public:
  static constexpr uint32_t kNew = UINT32_MAX;
  /// At most `most` different numbers will be asked for.
  KnownNumbers(const Template& t, size_t most) {
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
  TemplateValues(Encoding encoding, uint32_t size, std::vector<Template> templates, TemplateCodes codes) : encoding_(encoding), templates_(std::move(templates)), codes_(std::move(codes)) { size_ = size; }
  Encoding encoding() const override { return encoding_; }
  void append(uint32_t i, std::string& out) const override { templates_[codes_[i]].append(rank(i), out); }
  uint32_t length(uint32_t i) const override { return templates_[codes_[i]].length(rank(i)); }
  std::vector<ValueForm> forms() const override {
    std::vector<ValueForm> out;
    for (const Template& t : templates_) {
      ValueForm& form = out.emplace_back(ValueForm{t.form.text, {}});
      for (size_t run = 0; run < t.runs.size(); ++run) {
        NumberRange& range = form.numbers.emplace_back(NumberRange{UINT64_MAX, 0, t.form.numbers[run].digits});
        for (uint32_t i = 0; i < t.count; ++i) range.add(t.number(run, i));
      }
    }
    return out;
  }
  bool may_hold(const TextTest& test) const override {
    return std::any_of(templates_.begin(), templates_.end(), [&](const Template& t) { return t.form.may_hold(test); });
  }
  void test(const TextTest& test, uint32_t first, std::span<uint8_t> hits) const override {
    std::vector<std::vector<uint8_t>> of_template;
    bool any = false;
    uint32_t most = 0;
    for (const Template& t : templates_) {
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
      const Template& t = templates_[c];
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
    for (const Template& t : templates_) bytes += sizeof t + t.form.text.size() + t.runs.size() * (sizeof(Numbers) + sizeof(NumberRange));
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
  std::vector<Template> templates_;
  TemplateCodes codes_;
  mutable std::once_flag ranked_;
  mutable std::vector<uint32_t> ranks_;
  mutable std::atomic<size_t> ranks_bytes_{0};
};

/// Most columns have none; one with leading zeros mostly has some among its first values.
bool has_leading_zeros(std::span<const std::string_view> values) {
  for (const std::string_view v : values.first(std::min<size_t>(values.size(), 64)))
    for (size_t i = 0; i + 1 < v.size(); ++i)
      if (v[i] == '0' && digit(v[i + 1]) && (i == 0 || !digit(v[i - 1]))) return true;
  return false;
}

bool write(std::span<const std::string_view> values, bool padded, size_t most_templates, std::string& out) {
  std::vector<std::string> texts, digits;
  std::vector<std::vector<std::vector<uint64_t>>> runs;  // template, run, value
  std::unordered_map<std::string, uint32_t> index;
  std::vector<uint32_t> codes;
  codes.reserve(values.size());
  std::string text, lengths;
  std::vector<uint64_t> numbers;
  for (const std::string_view v : values) {
    if (!cut_numbers(v, text, numbers, padded ? &lengths : nullptr)) return false;
    // Long runs are ids, which a column that is indexed serves better.
    if (std::any_of(lengths.begin(), lengths.end(), [](char n) { return static_cast<size_t>(n) >= kMinIdWord; })) return false;
    const auto [it, fresh] = index.try_emplace(text + lengths, static_cast<uint32_t>(texts.size()));
    if (fresh) {
      if (texts.size() == most_templates) return false;
      texts.push_back(text);
      digits.push_back(lengths);
      runs.emplace_back(numbers.size());
    }
    codes.push_back(it->second);
    for (size_t r = 0; r < numbers.size(); ++r) runs[it->second][r].push_back(numbers[r]);
  }
  std::string table;
  for (const std::string& t : texts) put_bytes(table, t);
  const unsigned width = bits_for(texts.size() - 1);
  put_varint(out, texts.size());
  out += static_cast<char>(width);
  put_compressed(out, table);
  pack_bits(out, std::span<const uint32_t>(codes), width);
  for (size_t t = 0; t < runs.size(); ++t)
    for (size_t r = 0; r < runs[t].size(); ++r) {
      std::vector<uint64_t>& run = runs[t][r];
      const auto [low, high] = std::minmax_element(run.begin(), run.end());
      const uint64_t base = *low;
      const unsigned bits = bits_for(*high - base);
      for (uint64_t& n : run) n -= base;
      if (padded) out += digits[t][r];
      out += static_cast<char>(bits);
      put_varint(out, base);
      pack_bits(out, std::span<const uint64_t>(run), bits);
    }
  return true;
}

std::unique_ptr<Values> read(std::string_view bytes, uint32_t size, Encoding encoding) {
  ByteReader in(bytes);
  const uint64_t count = in.varint();
  const unsigned width = in.fixed<uint8_t>();
  std::string_view rest = in.rest();
  const auto table = get_compressed(rest, kMaxTemplateBytes);
  if (!in.ok() || !table || count == 0 || count > kMaxTemplates || width != bits_for(count - 1)) return nullptr;
  ByteReader texts(*table), body(rest);
  std::vector<Template> templates(count);
  for (Template& t : templates) {
    t.form.text = texts.bytes();
    t.runs.resize(static_cast<size_t>(std::count(t.form.text.begin(), t.form.text.end(), '\0')));
  }
  const std::string_view packed = body.take(packed_bytes(size, width));
  if (!texts.finished() || !body.ok()) return nullptr;
  std::vector<uint32_t> counts(count);
  auto codes = TemplateCodes::read(PackedBits(packed.data(), width), size, counts);
  if (!codes) return nullptr;
  for (size_t t = 0; t < count; ++t) templates[t].count = counts[t];
  for (Template& t : templates)
    for (Numbers& run : t.runs) {
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

bool write_template(const ValuesInput& in, std::string& out) { return write(in.values, false, std::min(kMaxTemplates, in.values.size() / 8 + 1), out); }

bool write_padded(const ValuesInput& in, std::string& out) {
  return has_leading_zeros(in.values) && write(in.values, true, std::min(kMostPadded, in.values.size() / 8 + 1), out);
}

std::unique_ptr<Values> read_template(std::string_view bytes, uint32_t size) { return read(bytes, size, Encoding::kTemplate); }
std::unique_ptr<Values> read_padded(std::string_view bytes, uint32_t size) { return read(bytes, size, Encoding::kPadded); }

}  // namespace sleipnir::storage
