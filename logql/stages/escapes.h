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

/// What the character behind a backslash stands for in a JSON string; 0 where it has no short form.
inline char simple_escape(char c) {
  switch (c) {
    case '"': case '\\': case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

}  // namespace sleipnir::logql
