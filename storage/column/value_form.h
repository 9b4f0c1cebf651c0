#pragma once
// What values look like: text, and numbers of which only the range is known. Templates (values_template.cpp) and vocabularies are made of such forms.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/needle.h"
#include "storage/column/number_test.h"

namespace sleipnir::storage {

/// Of a value, and of a number: others are text.
inline constexpr size_t kMostNumbers = 16, kMostNumberDigits = 18;

/// Cuts `value` into text, in which NUL stands for a number, and the numbers: runs of digits without leading zeros, of at most kMostNumberDigits; other runs
/// stay text. False where the value holds a NUL or more than kMostNumbers. With `digits` runs with leading zeros are numbers, too, and it becomes the lengths
/// of the runs, a byte each.
bool cut_numbers(std::string_view value, std::string& text, std::vector<uint64_t>& numbers, std::string* digits = nullptr);

/// The values of a form of this text for which the test holds, told by tests of their numbers: exact, as align() (needle.h) is for lines.
std::optional<Alignment> align_numbers(std::string_view form, const TextTest& test);

/// ValueForm::may_hold of these parts.
bool form_may_hold(std::string_view text, std::span<const NumberRange> numbers, const TextTest& test);

struct ValueForm {
  std::string text;                  ///< NUL where a number stands
  std::vector<NumberRange> numbers;  ///< one a NUL

  /// False only if the test holds for no value of this form.
  bool may_hold(const TextTest& test) const { return form_may_hold(text, numbers, test); }
  /// The text with the highest numbers: has the longest words, and the bytes other than digits, of all values.
  std::string longest() const;
};

}  // namespace sleipnir::storage
