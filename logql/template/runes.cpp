#include "logql/template/runes.h"

#include <re2/re2.h>

#include <cstdio>
#include <string_view>

#include "base/text.h"

namespace sleipnir::logql::gotemplate {
bool is_digit(char32_t r) {
  if (r < 0x80) return r >= '0' && r <= '9';
  static const re2::RE2 digit("\\p{Nd}");
  std::string text;
  append_utf8(text, r);
  return re2::RE2::FullMatch(text, digit);
}

bool is_word(char32_t r) {
  if (r > 0x10FFFF) return false;
  return r == '_' || is_letter(r) || is_digit(r);
}

char32_t rune_title(char32_t r) {
  const bool georgian = (r >= 0x10D0 && r <= 0x10FA) || (r >= 0x10FD && r <= 0x10FF);
  if (georgian) return r;
  if (r >= 0x1C4 && r <= 0x1CC) return r <= 0x1C6 ? 0x1C5 : r <= 0x1C9 ? 0x1C8 : 0x1CB;
  if (r >= 0x1F1 && r <= 0x1F3) return 0x1F2;
  return rune_upper(r);
}

std::string unicode_name(char32_t r, bool shown) {
  char digits[16];
  snprintf(digits, sizeof digits, "U+%04X", static_cast<unsigned>(r));
  std::string name = digits;
  if (!shown || !is_printable(r)) return name;
  name += " '";
  append_utf8(name, r);
  return name + '\'';
}

}  // namespace sleipnir::logql::gotemplate
