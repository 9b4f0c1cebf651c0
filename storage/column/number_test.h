#pragma once
// Tests of a number's digits, decided on the number: no text is printed.
#include <cstdint>
#include <span>

#include "storage/column/bits.h"
#include "storage/column/values.h"

namespace sleipnir::storage {

struct NumberRange {
  uint64_t low = UINT64_MAX, high = 0;
  uint8_t digits = 0;  ///< at least so many are written, the first of them zeros

  void add(uint64_t n) { add(NumberRange{n, n, digits}); }
  void add(NumberRange o) {
    low = o.low < low ? o.low : low;
    high = o.high > high ? o.high : high;
  }
  /// False only if the test holds for no number of the range.
  bool may_hold(const TextTest& test) const;
};

/// A test of the decimal texts of numbers that lie in a range, ready to be asked often. Exact.
class NumberTest {
 public:
  NumberTest(const TextTest& test, NumberRange range);
  bool never() const { return kind_ == Kind::kNever; }
  bool holds(uint64_t n) const;
  /// hits[i] = it holds for base + bits[first + i]. Some cycles a number and digit that it has beyond those of the text.
  void test(uint64_t base, const PackedBits& bits, size_t first, std::span<uint8_t> hits) const;

 private:
  enum class Kind : uint8_t { kNever, kAlways, kEquals, kStartsWith, kEndsWith, kContains };
  uint64_t rest(uint64_t n) const;
  bool contains(uint64_t n) const;

  Kind kind_ = Kind::kNever;
  uint64_t value_ = 0;
  uint64_t above_ = 1;    ///< the least number with more digits than the text: 10^length
  uint64_t least_ = 0;    ///< the least number with as many
  uint64_t shift_ = 1;    ///< a text of fixed length: what its first digits are to be divided by
  unsigned places_ = 0;   ///< a text of fixed length: where the digits may stand in it
  uint64_t inverse_ = 0;  ///< 2^64 / above_
};

}  // namespace sleipnir::storage
