#pragma once
#include <cstddef>
#include <cstdint>
#ifdef __SSSE3__
#include <tmmintrin.h>
#endif

namespace sleipnir::storage {

inline constexpr uint8_t kNoDigit = 0x80;

struct HexDigits {
  uint8_t of[256];
  constexpr HexDigits() : of() {
    for (int c = 0; c < 256; ++c) of[c] = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : kNoDigit;
  }
};
inline constexpr HexDigits kHexDigits;

/// What a lower-case hex digit stands for; kNoDigit for other characters.
inline uint8_t lower_hex_digit(char c) { return kHexDigits.of[static_cast<uint8_t>(c)]; }

/// Writes (n + 1) / 2 bytes of two digits each; an odd last digit stands alone, high in its byte. False: not all of the `n` characters are lower-case hex digits.
inline bool pack_hex(const char* digits, size_t n, char* out) {
  size_t i = 0;
#ifdef __SSSE3__
  const __m128i nine = _mm_set1_epi8(9), five = _mm_set1_epi8(5);
  for (; i + 16 <= n; i += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(digits + i));
    const __m128i digit = _mm_sub_epi8(x, _mm_set1_epi8('0')), letter = _mm_sub_epi8(x, _mm_set1_epi8('a'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, nine), digit), is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, five), letter);
    if (_mm_movemask_epi8(_mm_or_si128(is_digit, is_letter)) != 0xffff) return false;
    const __m128i halves = _mm_or_si128(_mm_and_si128(is_digit, digit), _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
    const __m128i pairs = _mm_maddubs_epi16(halves, _mm_set1_epi16(0x0110));  // high digit × 16 + low digit
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + i / 2), _mm_packus_epi16(pairs, pairs));
  }
#endif
  uint8_t bad = 0;
  for (; i + 2 <= n; i += 2) {
    const uint8_t high = lower_hex_digit(digits[i]), low = lower_hex_digit(digits[i + 1]);
    bad |= high | low;
    out[i / 2] = static_cast<char>(high << 4 | low);
  }
  if (i < n) {
    const uint8_t high = lower_hex_digit(digits[i]);
    bad |= high;
    out[i / 2] = static_cast<char>(high << 4);
  }
  return !(bad & kNoDigit);
}

}  // namespace sleipnir::storage
