#include "storage/column/value_form.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "storage/column/needle.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMaxNumbers = 16, kMaxDigits = 18;

bool digit(char c) { return c >= '0' && c <= '9'; }

using Wide = unsigned __int128;

size_t digits_of(uint64_t n) { return std::to_string(n).size(); }

/// Whether a number of the range begins with the digits of `v`.
bool some_begins_with(NumberRange range, uint64_t v) {
  if (v == 0) return range.low == 0;
  Wide from = v, count = 1;
  for (; from <= range.high; from *= 10, count *= 10)
    if (from + count - 1 >= range.low) return true;
  return false;
}

/// Whether a number of the range has the remainder v modulo m.
bool some_ends_with(NumberRange range, uint64_t v, uint64_t m) {
  const uint64_t of_low = range.low % m;
  const uint64_t first = range.low + (v >= of_low ? v - of_low : m - of_low + v);
  return first <= range.high;
}

/// The longest stretch without digits: it stands in the text of every form that may hold the needle.
std::string_view longest_stretch(std::string_view needle) {
  std::string_view best;
  for (size_t i = 0; i < needle.size();) {
    size_t end = i;
    while (end < needle.size() && !digit(needle[end])) ++end;
    if (end - i > best.size()) best = needle.substr(i, end - i);
    i = end + 1;
  }
  return best;
}

}  // namespace

bool cut_numbers(std::string_view value, std::string& text, std::vector<uint64_t>& numbers) {
  text.clear();
  numbers.clear();
  for (size_t i = 0; i < value.size();) {
    size_t end = i;
    while (end < value.size() && !digit(value[end]) && value[end] != '\0') ++end;
    text.append(value, i, end - i);
    if (end == value.size()) return true;
    if (value[end] == '\0') return false;
    i = end;
    uint64_t n = 0;
    for (; end < value.size() && digit(value[end]); ++end) n = end - i < kMaxDigits ? n * 10 + static_cast<uint64_t>(value[end] - '0') : n;
    if ((value[i] == '0' && end - i > 1) || end - i > kMaxDigits) {
      text.append(value, i, end - i);
    } else {
      if (numbers.size() == kMaxNumbers) return false;
      numbers.push_back(n);
      text += '\0';
    }
    i = end;
  }
  return true;
}

bool NumberRange::may_hold(const TextTest& test) const {
  const std::string& text = test.text;
  if (text.empty()) return test.op != TextTest::Op::kEquals;
  if (text.size() > digits_of(high) || !std::all_of(text.begin(), text.end(), digit)) return false;
  if (text.size() > kMaxDigits) return true;
  uint64_t v = 0, m = 1;
  std::from_chars(text.data(), text.data() + text.size(), v);
  for (size_t i = 0; i < text.size(); ++i) m *= 10;
  const bool canonical = text[0] != '0' || text.size() == 1;
  switch (test.op) {
    case TextTest::Op::kEquals: return canonical && v >= low && v <= high;
    case TextTest::Op::kStartsWith: return canonical && some_begins_with(*this, v);
    case TextTest::Op::kEndsWith: return some_ends_with(*this, v, m);
    case TextTest::Op::kContains: return true;
  }
  return true;
}

bool ValueForm::may_contain(std::string_view needle) const {
  if (numbers.empty()) return text.find(needle) != std::string::npos;
  if (text.find(longest_stretch(needle)) == std::string::npos) return false;
  Shape shape;
  for (size_t from = 0, n = 0;; ++n) {
    const size_t end = std::min(text.find('\0', from), text.size());
    shape.pieces.push_back(text.substr(from, end - from));
    if (end == text.size()) break;
    shape.slots.push_back({SlotKind::kNumber, static_cast<uint32_t>(n)});
    from = end + 1;
  }
  const auto alignment = align(shape, needle);
  if (!alignment || alignment->always) return true;
  return std::any_of(alignment->alternatives.begin(), alignment->alternatives.end(), [&](const Alignment::Alternative& tests) {
    return std::all_of(tests.begin(), tests.end(), [&](const Alignment::SlotTest& t) { return numbers[t.slot].may_hold(t.test); });
  });
}

std::string ValueForm::longest() const {
  std::string out;
  size_t n = 0;
  for (const char c : text) {
    if (c == '\0') out += std::to_string(numbers[n++].high);
    else out += c;
  }
  return out;
}

}  // namespace sleipnir::storage
