#include "logql/syntax/string_literal.h"

#include <optional>

namespace sleipnir::logql {
namespace {

constexpr char32_t kMaxRune = 0x10FFFF;

std::optional<uint32_t> digit_value(char32_t c, uint32_t base) {
  uint32_t v;
  if (c >= '0' && c <= '9') v = c - '0';
  else if (c >= 'a' && c <= 'f') v = c - 'a' + 10;
  else if (c >= 'A' && c <= 'F') v = c - 'A' + 10;
  else return std::nullopt;
  return v < base ? std::optional(v) : std::nullopt;
}

std::optional<uint32_t> read_digits(TextCursor& cursor, int count, uint32_t base) {
  uint32_t value = 0;
  for (; count > 0; --count) {
    auto digit = digit_value(cursor.peek(), base);
    if (!digit) return std::nullopt;
    value = value * base + *digit;
    cursor.next();
  }
  return value;
}

std::optional<char> simple_escape(char32_t c, char32_t quote) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\': return '\\';
    default: return c == quote ? std::optional(static_cast<char>(c)) : std::nullopt;
  }
}

/// What follows a backslash. Byte escapes above 0377 and runes that do not exist pass the lexer in Go and fail in Unquote.
Result<void> read_escape(TextCursor& cursor, char32_t quote, std::string& out) {
  const char32_t c = cursor.peek();
  if (auto plain = simple_escape(c, quote)) {
    cursor.next();
    out += *plain;
    return {};
  }
  std::optional<uint32_t> value;
  if (c >= '0' && c <= '7') {
    value = read_digits(cursor, 3, 8);
  } else if (c == 'x' || c == 'u' || c == 'U') {
    cursor.next();
    value = read_digits(cursor, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16);
  }
  if (!value) return invalid("invalid char escape");
  if (c != 'u' && c != 'U') {
    if (*value > 0xFF) return invalid("invalid syntax");
    out += static_cast<char>(*value);
    return {};
  }
  if (*value > kMaxRune || (*value >= 0xD800 && *value < 0xE000)) return invalid("invalid syntax");
  append_utf8(out, *value);
  return {};
}

Result<void> check_source(char32_t c) {
  if (c == 0) return invalid("invalid character NUL");
  if (c == TextCursor::kInvalid) return invalid("invalid UTF-8 encoding");
  return {};
}

}  // namespace

Result<std::string> read_interpreted(TextCursor& cursor, char32_t quote) {
  std::string out;
  for (;;) {
    const char32_t c = cursor.peek();
    if (c == '\n' || c == TextCursor::kEof) return invalid("literal not terminated");
    if (auto fine = check_source(c); !fine) return fine.error();
    cursor.next();
    if (c == quote) break;
    if (c != '\\') {
      append_utf8(out, c);
    } else if (auto escape = read_escape(cursor, quote, out); !escape) {
      return escape.error();
    }
  }
  if (!valid_utf8(out)) return invalid("invalid UTF-8 rune");
  return out;
}

Result<std::string> read_raw(TextCursor& cursor) {
  std::string out;
  for (;;) {
    const char32_t c = cursor.peek();
    if (c == TextCursor::kEof) return invalid("literal not terminated");
    if (auto fine = check_source(c); !fine) return fine.error();
    cursor.next();
    if (c == '`') return out;
    if (c != '\r') append_utf8(out, c);
  }
}

}  // namespace sleipnir::logql
