#include "storage/column/number_test.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace sleipnir::storage {
namespace {

using Op = TextTest::Op;
using Wide = unsigned __int128;

constexpr size_t kMaxDigits = 18;
/// Numbers are unpacked in pieces of this many, which stay in the cache.
constexpr size_t kPiece = 1024;

bool digit(char c) { return c >= '0' && c <= '9'; }

bool canonical(std::string_view text) { return text[0] != '0' || text.size() == 1; }

uint64_t value_of(std::string_view text) {
  uint64_t v = 0;
  std::from_chars(text.data(), text.data() + text.size(), v);
  return v;
}

uint64_t power_of_ten(size_t exponent) {
  uint64_t m = 1;
  for (; exponent > 0; --exponent) m *= 10;
  return m;
}

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

}  // namespace

bool NumberRange::may_hold(const TextTest& test) const {
  const std::string& text = test.text;
  if (text.empty()) return test.op != Op::kEquals;
  const size_t longest = digits ? digits : std::to_string(high).size();
  if (text.size() > kMaxDigits || text.size() > longest || !std::all_of(text.begin(), text.end(), digit)) return false;
  const uint64_t v = value_of(text);
  if (digits) {
    const uint64_t count = power_of_ten(digits - std::min<size_t>(digits, text.size()));
    switch (test.op) {
      case Op::kEquals: return text.size() == digits && v >= low && v <= high;
      case Op::kStartsWith: return v * count <= high && v * count + count - 1 >= low;
      case Op::kEndsWith: return some_ends_with(*this, v, power_of_ten(text.size()));
      case Op::kContains: return true;
    }
  }
  switch (test.op) {
    case Op::kEquals: return canonical(text) && v >= low && v <= high;
    case Op::kStartsWith: return canonical(text) && some_begins_with(*this, v);
    case Op::kEndsWith: return some_ends_with(*this, v, power_of_ten(text.size()));
    case Op::kContains: return true;
  }
  return true;
}

NumberTest::NumberTest(const TextTest& test, NumberRange range) {
  if (!range.may_hold(test)) return;
  kind_ = Kind::kAlways;
  if (test.text.empty()) return;
  value_ = value_of(test.text);
  above_ = power_of_ten(test.text.size());
  least_ = test.text.size() == 1 ? 0 : above_ / 10;
  inverse_ = static_cast<uint64_t>((Wide{1} << 64) / above_);
  switch (test.op) {
    case Op::kEquals: kind_ = Kind::kEquals; break;
    case Op::kStartsWith: kind_ = Kind::kStartsWith; break;
    case Op::kEndsWith: kind_ = Kind::kEndsWith; break;
    case Op::kContains: kind_ = Kind::kContains; break;
  }
  if (range.digits) {
    least_ = 0;
    places_ = static_cast<unsigned>(range.digits - test.text.size() + 1);
    shift_ = power_of_ten(range.digits - test.text.size());
    if (places_ == 1) kind_ = Kind::kEquals;
    return;
  }
  // No number of the range has more digits than the text.
  if (range.high < above_) kind_ = canonical(test.text) ? Kind::kEquals : Kind::kNever;
}

/// n modulo above_: the estimate of the quotient is at most one too small.
uint64_t NumberTest::rest(uint64_t n) const {
  const uint64_t rest = n - static_cast<uint64_t>(Wide{n} * inverse_ >> 64) * above_;
  return rest >= above_ ? rest - above_ : rest;
}

bool NumberTest::contains(uint64_t n) const {
  if (places_) {
    for (unsigned place = 0; place < places_; ++place, n /= 10)
      if (rest(n) == value_) return true;
    return false;
  }
  if (n < least_) return false;
  do {
    if (rest(n) == value_) return true;
    n /= 10;
  } while (n >= least_ && n > 0);
  return false;
}

bool NumberTest::holds(uint64_t n) const {
  switch (kind_) {
    case Kind::kNever: return false;
    case Kind::kAlways: return true;
    case Kind::kEquals: return n == value_;
    case Kind::kStartsWith:
      if (places_) return n / shift_ == value_;
      while (n >= above_) n /= 10;
      return n == value_;
    case Kind::kEndsWith: return n >= least_ && rest(n) == value_;
    case Kind::kContains: return contains(n);
  }
  return false;
}

void NumberTest::test(uint64_t base, const PackedBits& bits, size_t first, std::span<uint8_t> hits) const {
  if (kind_ == Kind::kNever || kind_ == Kind::kAlways) return std::fill(hits.begin(), hits.end(), kind_ == Kind::kAlways);
  std::array<uint64_t, kPiece> numbers;
  for (size_t at = 0; at < hits.size(); at += kPiece) {
    const auto piece = std::span(numbers).first(std::min(kPiece, hits.size() - at));
    bits.unpack(first + at, piece);
    if (kind_ == Kind::kEquals)
      for (size_t i = 0; i < piece.size(); ++i) hits[at + i] = piece[i] + base == value_;
    else if (kind_ == Kind::kContains)
      for (size_t i = 0; i < piece.size(); ++i) hits[at + i] = contains(piece[i] + base);
    else
      for (size_t i = 0; i < piece.size(); ++i) hits[at + i] = holds(piece[i] + base);
  }
}

}  // namespace sleipnir::storage
