#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/column/hex_digits.h"

namespace sleipnir::storage {

/// What values of equal length have in common but for their lower-case hex digits, which are packed. Immutable.
class HexPattern {
 public:
  static constexpr size_t kMost = 256;  ///< characters, exclusive: places are bytes

  /// NUL stands for a digit.
  explicit HexPattern(std::string text) : text_(std::move(text)) {
    for (size_t i = 0; i < text_.size(); ++i) (text_[i] == '\0' ? digits_ : constants_).push_back(static_cast<uint8_t>(i));
    together_ = !digits_.empty() && digits_.size() == digits_.back() - digits_.front() + 1u;
  }
  /// The pattern that the value is of.
  static HexPattern of(std::string_view value) {
    std::string text(value);
    for (char& c : text)
      if (lower_hex_digit(c) != kNoDigit) c = '\0';
    return HexPattern(std::move(text));
  }

  const std::string& text() const { return text_; }
  size_t digits() const { return digits_.size(); }
  size_t bytes() const { return (digits_.size() + 1) / 2; }

  /// Writes bytes() bytes. False: the value is not of the pattern.
  bool pack(std::string_view value, char* out) const {
    if (value.size() != text_.size()) return false;
    for (const uint8_t at : constants_)
      if (value[at] != text_[at]) return false;
    if (together_) return pack_hex(value.data() + digits_[0], digits_.size(), out);
    char digits[kMost];
    for (size_t k = 0; k < digits_.size(); ++k) digits[k] = value[digits_[k]];
    return pack_hex(digits, digits_.size(), out);
  }
  void unpack(const char* packed, std::string& out) const {
    static constexpr char kDigits[] = "0123456789abcdef";
    const size_t from = out.size();
    out += text_;
    char* to = out.data() + from;
    for (size_t k = 0; k < digits_.size(); ++k) {
      const auto byte = static_cast<uint8_t>(packed[k / 2]);
      to[digits_[k]] = kDigits[k % 2 ? byte & 15 : byte >> 4];
    }
  }

 private:
  std::string text_;
  std::vector<uint8_t> digits_, constants_;  // places
  bool together_ = false;                    // the digits follow one another
};

}  // namespace sleipnir::storage
