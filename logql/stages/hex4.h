#pragma once
#include <cstddef>
#include <string_view>

#include "base/hex.h"

namespace sleipnir::logql {

/// The value of the four hex digits at text[i], as they follow `\u`; -1 where these are not four.
inline int hex4(std::string_view text, size_t i) {
  if (i + 4 > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(i, 4)) {
    const int digit = hex_digit(c);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

}  // namespace sleipnir::logql
