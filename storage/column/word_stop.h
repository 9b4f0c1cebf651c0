#pragma once
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sleipnir::storage {

/// What ends a word, the value of a kWord slot: blank, quote, equals sign, control, or >= 0x7f. Of one byte, and of 16 at once.
struct WordStop {
  bool operator()(char c) const { return static_cast<signed char>(c) < 0x21 || c == '"' || c == '=' || c == 0x7f; }
#ifdef __SSE2__
  // The comparison is signed: bytes >= 0x80 are negative and count as below 0x21.
  __m128i operator()(__m128i x) const {
    const __m128i sign = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('=')));
    return _mm_or_si128(sign, _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x21)), _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f))));
  }
#endif
};

}  // namespace sleipnir::storage
