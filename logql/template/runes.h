#pragma once
// Classes of code points that the language needs beyond base/text.h, and their texts in messages.
#include <string>

namespace sleipnir::logql::gotemplate {

bool is_digit(char32_t r);      ///< Unicode Nd
bool is_word(char32_t r);       ///< letter, digit or underscore
char32_t rune_title(char32_t r);

/// Go's `%U`, and with `shown` its `%#U`: `U+0021 '!'`.
std::string unicode_name(char32_t r, bool shown);

}  // namespace sleipnir::logql::gotemplate
