#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir {

/// Go's strconv.Quote: double quotes, Go escapes, printable Unicode as is, invalid bytes as \xHH.
std::string go_quote(std::string_view s);

/// Appends a JSON string with quotes. Control characters as \u00XX (\n \r \t \b \f short), invalid UTF-8 as U+FFFD, and with
/// `html` also < > & U+2028 U+2029 as \uXXXX (which answers use it: http-api.md §0.3).
void append_json_string(std::string& out, std::string_view s, bool html = false);

/// Decodes one code point at s[i]; returns its length in bytes (>= 1) and sets `rune`, U+FFFD and length 1 where invalid.
size_t decode_utf8(std::string_view s, size_t i, char32_t& rune);
void append_utf8(std::string& out, char32_t rune);
bool valid_utf8(std::string_view s);
/// U+FFFD in the place of each byte that is no UTF-8, as Go's loops over a string see it.
std::string replace_invalid_utf8(std::string_view s);

/// Unicode's simple upper and lower case (as Go's strings.ToUpper / ToLower), and letter/space/printable classes.
std::string to_upper(std::string_view s);
std::string to_lower(std::string_view s);
char32_t rune_upper(char32_t r);
char32_t rune_lower(char32_t r);
bool is_letter(char32_t r);
bool is_space(char32_t r);
bool is_printable(char32_t r);  ///< Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII blank
std::string_view trim_space(std::string_view s);

/// The label name that a parser makes of a key (logql.md §6): blanks trimmed, `_` before a leading digit, each rune outside
/// [a-zA-Z0-9_] becomes `_`. Empty for a blank key.
std::string sanitize_label_name(std::string_view key);

}  // namespace sleipnir
