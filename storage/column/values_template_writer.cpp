// Writes columns of templates (values_template.cpp):
//   varint templates, u8 width, compressed(per template: string; a run is NUL), packed template codes,
//   per template and run: padded: u8 digits; u8 width, varint base, packed numbers
#include <algorithm>
#include <array>
#include <deque>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/block_summary.h"
#include "storage/column/distinct.h"
#include "storage/column/leading_digits.h"
#include "storage/column/packed_template.h"
#include "storage/column/short_bytes.h"
#include "storage/column/values.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

/// Runs that vary in length have more templates than it takes to write their zeros as text.
constexpr size_t kMostPadded = 64;

using Numbers = std::array<uint64_t, kMostNumbers>;

bool digit(char c) { return c >= '0' && c <= '9'; }

/// Most columns have none; one with leading zeros mostly has some among its first values.
bool has_leading_zeros(std::span<const std::string_view> values) {
  for (const std::string_view v : values.first(std::min<size_t>(values.size(), 64)))
    for (size_t i = 0; i + 1 < v.size(); ++i)
      if (v[i] == '0' && digit(v[i + 1]) && (i == 0 || !digit(v[i - 1]))) return true;
  return false;
}

/// A template in the making, and its values.
struct Template {
  std::vector<std::string> pieces;  ///< of the text between the numbers
  std::string digits;               ///< of the numbers where their lengths are fixed, else empty
  std::vector<std::vector<uint64_t>> runs;

  Template(std::string_view text, std::string_view digits) : digits(digits) {
    for (size_t from = 0;;) {
      const size_t end = std::min(text.find('\0', from), text.size());
      pieces.emplace_back(text.substr(from, end - from));
      if (end == text.size()) break;
      from = end + 1;
    }
    runs.resize(pieces.size() - 1);
  }
  std::string text() const {
    std::string out = pieces[0];
    for (size_t p = 1; p < pieces.size(); ++p) out += '\0' + pieces[p];
    return out;
  }
  /// Whether cut_numbers gives this template for the value; then `numbers`, too.
  bool cut(std::string_view value, Numbers& numbers) const {
    size_t at = 0;
    for (size_t p = 0;; ++p) {
      const std::string& piece = pieces[p];
      if (value.size() - at < piece.size() || !same_bytes(value.data() + at, piece.data(), piece.size())) return false;
      at += piece.size();
      if (p == runs.size()) return at == value.size();
      const auto [count, number] = leading_digits(value, at);
      if (count == 0 || count > kMostNumberDigits) return false;
      if (digits.empty() ? count > 1 && value[at] == '0' : count != static_cast<size_t>(digits[p])) return false;
      numbers[p] = number;
      at += count;
    }
  }
  void add(const Numbers& numbers) {
    for (size_t r = 0; r < runs.size(); ++r) runs[r].push_back(numbers[r]);
  }
};

/// The templates of a column in order of appearance, and their values.
class Templates {
 public:
  Templates(bool padded, size_t most) : padded_(padded), index_(most) {}

  /// False: the column is not worth templates.
  bool add(std::string_view value) {
    // Most follow the template that they followed before.
    const uint32_t expected = codes_.empty() ? 0 : next_[codes_.back()];
    uint32_t code = expected;
    if (codes_.empty() || !all_[expected].cut(value, numbers_)) {
      code = find(value);
      if (code == Distinct::kFull) return false;
      if (!codes_.empty()) next_[codes_.back()] = code;
    }
    all_[code].add(numbers_);
    codes_.push_back(code);
    return true;
  }

  void write(std::string& out) {
    std::string table;
    for (const Template& t : all_) put_bytes(table, t.text());
    const unsigned width = bits_for(all_.size() - 1);
    put_varint(out, all_.size());
    out += static_cast<char>(width);
    put_compressed(out, table);
    pack_bits(out, std::span<const uint32_t>(codes_), width);
    for (Template& t : all_)
      for (size_t r = 0; r < t.runs.size(); ++r) {
        if (padded_) out += t.digits[r];
        write_run(t.runs[r], out);
      }
  }
  void reserve(size_t values) { codes_.reserve(values); }

 private:
  uint32_t find(std::string_view value) {
    if (!cut_numbers(value, text_, cut_, padded_ ? &digits_ : nullptr)) return Distinct::kFull;
    // Long runs are ids, which a column that is indexed serves better.
    if (std::any_of(digits_.begin(), digits_.end(), [](char n) { return static_cast<size_t>(n) >= kMinIdWord; })) return Distinct::kFull;
    std::copy(cut_.begin(), cut_.end(), numbers_.begin());
    const size_t length = text_.size();
    text_ += digits_;
    uint32_t code = index_.find(text_);
    if (code != Distinct::kFull) return code;
    code = index_.code(keys_.emplace_back(text_));
    if (code == Distinct::kFull) return code;
    all_.emplace_back(std::string_view(text_).substr(0, length), digits_);
    next_.push_back(code);
    return code;
  }

  static void write_run(std::vector<uint64_t>& run, std::string& out) {
    const auto [low, high] = std::minmax_element(run.begin(), run.end());
    const uint64_t base = *low;
    const unsigned bits = bits_for(*high - base);
    for (uint64_t& n : run) n -= base;
    out += static_cast<char>(bits);
    put_varint(out, base);
    pack_bits(out, std::span<const uint64_t>(run), bits);
  }

  bool padded_;
  Distinct index_;                ///< of keys_
  std::deque<std::string> keys_;  ///< text and digits
  std::vector<Template> all_;
  std::vector<uint32_t> codes_, next_;  ///< by value; by template the one that came after it the last time
  Numbers numbers_;
  std::string text_, digits_;
  std::vector<uint64_t> cut_;
};

bool write(std::span<const std::string_view> values, bool padded, size_t most, std::string& out) {
  Templates templates(padded, most);
  templates.reserve(values.size());
  if (!std::all_of(values.begin(), values.end(), [&](std::string_view v) { return templates.add(v); })) return false;
  templates.write(out);
  return true;
}

}  // namespace

bool write_template(const ValuesInput& in, std::string& out) { return write(in.values, false, std::min(kMaxTemplates, in.values.size() / 8 + 1), out); }

bool write_padded(const ValuesInput& in, std::string& out) {
  return has_leading_zeros(in.values) && write(in.values, true, std::min(kMostPadded, in.values.size() / 8 + 1), out);
}

}  // namespace sleipnir::storage
