#pragma once
// Decimal digits, eight at a time.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sleipnir::storage {

struct Digits {
  size_t count = 0;
  uint64_t number = 0;  ///< that they write, modulo 2⁶⁴
};

/// The digits with which the text goes on at `at`.
inline Digits leading_digits(std::string_view text, size_t at) {
  static_assert(std::endian::native == std::endian::little);
  Digits out;
  for (; at < text.size(); at += 8) {
    // Each byte less '0'; behind the end of the text bytes that are no digits.
    uint64_t word = 0;
    if (text.size() - at >= 8) {
      std::memcpy(&word, text.data() + at, 8);
    } else if (text.size() >= 8) {
      std::memcpy(&word, text.data() + text.size() - 8, 8);
      word >>= 8 * (8 - (text.size() - at));
    } else {
      for (size_t i = text.size(); i-- > at;) word = word << 8 | static_cast<uint8_t>(text[i]);
    }
    word ^= 0x3030303030303030;
    const uint64_t others = ((word + 0x7676767676767676) | word) & 0x8080808080808080;  // the lowest bit is right: what carries goes upwards
    const unsigned count = others ? static_cast<unsigned>(std::countr_zero(others)) / 8 : 8;
    if (count == 0) return out;
    word <<= 64 - 8 * count;  // zeros in front
    word = word * 10 + (word >> 8);
    word = ((word & 0x000000ff000000ff) * 0x000f424000000064 + (word >> 16 & 0x000000ff000000ff) * 0x0000271000000001) >> 32;
    static constexpr uint64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    out.number = out.number * kPowers[count] + word;
    out.count += count;
    if (count < 8) return out;
  }
  return out;
}

}  // namespace sleipnir::storage
