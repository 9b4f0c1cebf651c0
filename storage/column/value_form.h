#pragma once
// What values look like: text, and numbers of which only the range is known. Templates (values_template.cpp) and vocabularies are made of such forms.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/values.h"

namespace sleipnir::storage {

/// Cuts `value` into text, in which NUL stands for a number, and the numbers: runs of digits without leading zeros, of at most 18 digits; other runs stay
/// text. False where the value holds a NUL or more than 16 numbers.
bool cut_numbers(std::string_view value, std::string& text, std::vector<uint64_t>& numbers);

struct NumberRange {
  uint64_t low = UINT64_MAX, high = 0;

  void add(uint64_t n) { add(NumberRange{n, n}); }
  void add(NumberRange o) {
    low = o.low < low ? o.low : low;
    high = o.high > high ? o.high : high;
  }
  /// False only if the test holds for no number of the range.
  bool may_hold(const TextTest& test) const;
};

struct ValueForm {
  std::string text;                  ///< NUL where a number stands
  std::vector<NumberRange> numbers;  ///< one a NUL

  /// False only if no value of this form contains `needle`.
  bool may_contain(std::string_view needle) const;
  /// The text with the highest numbers: has the longest words, and the bytes other than digits, of all values.
  std::string longest() const;
};

}  // namespace sleipnir::storage
