#include "logql/template/literal.h"

#include <cmath>
#include <limits>

#include "base/hex.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// One character or escape of a literal.
struct Unquoted {
  char32_t rune = 0;
  bool byte = false;  ///< \x and octal escapes above 0x7f are bytes, not code points
};

/// Reads `digits` digits of `base` at s[i].
std::optional<char32_t> read_digits(std::string_view s, size_t& i, int digits, int base) {
  if (s.size() - i < static_cast<size_t>(digits)) return std::nullopt;
  uint32_t value = 0;
  for (int n = 0; n < digits; ++n, ++i) {
    const int d = hex_digit(s[i]);
    if (d < 0 || d >= base) return std::nullopt;
    value = value * base + d;
  }
  return value;
}

std::optional<Unquoted> read_escape(std::string_view s, size_t& i, char quote) {
  if (i >= s.size()) return std::nullopt;
  const char c = s[i++];
  switch (c) {
    case 'a': return Unquoted{'\a'};
    case 'b': return Unquoted{'\b'};
    case 'f': return Unquoted{'\f'};
    case 'n': return Unquoted{'\n'};
    case 'r': return Unquoted{'\r'};
    case 't': return Unquoted{'\t'};
    case 'v': return Unquoted{'\v'};
    case '\\': return Unquoted{'\\'};
    case '\'': case '"':
      if (c != quote) return std::nullopt;
      return Unquoted{static_cast<char32_t>(c)};
    case 'x': case 'u': case 'U': {
      const auto value = read_digits(s, i, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16);
      if (!value) return std::nullopt;
      if (c == 'x') return Unquoted{*value, true};
      if (*value > 0x10FFFF || (*value >= 0xD800 && *value < 0xE000)) return std::nullopt;
      return Unquoted{*value};
    }
    default: {
      --i;
      const auto value = read_digits(s, i, 3, 8);
      if (!value || *value > 255) return std::nullopt;
      return Unquoted{*value, true};
    }
  }
}

std::optional<Unquoted> read_char(std::string_view s, size_t& i, char quote) {
  if (i >= s.size() || s[i] == quote || s[i] == '\n') return std::nullopt;
  if (s[i] == '\\') return read_escape(s, ++i, quote);
  Unquoted c;
  i += decode_utf8(s, i, c.rune);
  return c;
}

/// Underscores may stand only between digits or after the prefix.
bool underscores_ok(std::string_view digits, bool prefixed) {
  bool digit_before = prefixed;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == '_') {
      if (!digit_before || i + 1 == digits.size() || digits[i + 1] == '_') return false;
      digit_before = false;
    } else {
      digit_before = true;
    }
  }
  return true;
}

/// Go's ParseUint(s, 0, 64).
std::optional<uint64_t> parse_prefixed_uint(std::string_view s) {
  int base = 10;
  bool prefixed = false;
  if (s.size() > 1 && s[0] == '0') {
    prefixed = true;
    const char p = s[1] | 0x20;
    base = s.size() < 3 ? 8 : p == 'x' ? 16 : p == 'o' ? 8 : p == 'b' ? 2 : 0;
    if (base == 0 || (s.size() < 3)) {
      base = 8;
      s.remove_prefix(1);
    } else {
      s.remove_prefix(2);
    }
  }
  if (s.empty() || !underscores_ok(s, prefixed)) return std::nullopt;
  uint64_t value = 0;
  for (const char c : s) {
    if (c == '_') continue;
    const int d = hex_digit(c);
    if (d < 0 || d >= base) return std::nullopt;
    if (__builtin_mul_overflow(value, static_cast<uint64_t>(base), &value) || __builtin_add_overflow(value, static_cast<uint64_t>(d), &value)) {
      return std::nullopt;
    }
  }
  return value;
}

bool fits_int(double f) { return f >= -0x1p63 && f < 0x1p63 && std::trunc(f) == f; }
bool fits_uint(double f) { return f >= 0 && f < 0x1p64 && std::trunc(f) == f; }

Result<void> parse_character(NumberNode& node) {
  const std::string_view text = node.text;
  size_t i = 1;
  const auto c = read_char(text, i, '\'');
  if (!c) return invalid("invalid syntax");
  if (text.substr(i) != "'") return invalid("malformed character constant: " + node.text);
  node.is_int = node.is_uint = node.is_float = true;
  node.integer = c->rune;
  node.number = c->rune;
  return {};
}

void simplify_complex(NumberNode& node) {
  node.is_complex = true;
  node.is_float = node.complex.imag() == 0;
  if (!node.is_float) return;
  node.number = node.complex.real();
  node.is_int = fits_int(node.number);
  if (node.is_int) node.integer = static_cast<int64_t>(node.number);
  node.is_uint = fits_uint(node.number);
}

Result<void> parse_complex(NumberNode& node) {
  const std::string_view text = node.text;
  // The sign of the imaginary part is the last one that no exponent owns.
  size_t split = text.size();
  for (size_t i = 1; i < text.size(); ++i) {
    const bool exponent = (text[i - 1] | 0x20) == 'e' || (text[i - 1] | 0x20) == 'p';
    if ((text[i] == '+' || text[i] == '-') && !exponent) split = i;
  }
  if (split + 2 >= text.size()) return invalid("syntax error scanning complex number");
  const auto real = parse_go_float(text.substr(0, split));
  const auto imaginary = parse_go_float(text.substr(split, text.size() - split - 1));
  if (!real.ok()) return real.error();
  if (!imaginary.ok()) return imaginary.error();
  node.complex = {*real, *imaginary};
  simplify_complex(node);
  return {};
}

Result<void> parse_float(NumberNode& node) {
  const auto f = parse_go_float(node.text);
  if (!f.ok()) return invalid("illegal number syntax: " + go_quote(node.text));
  if (node.text.find_first_of(".eEpP") == std::string::npos) return invalid("integer overflow: " + go_quote(node.text));
  node.is_float = true;
  node.number = *f;
  if (fits_int(*f)) {
    node.is_int = true;
    node.integer = static_cast<int64_t>(*f);
  }
  node.is_uint = fits_uint(*f);
  return {};
}

}  // namespace

std::optional<std::string> unquote(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
  const char quote = literal.front();
  const std::string_view body = literal.substr(1, literal.size() - 2);
  std::string out;
  out.reserve(body.size());
  if (quote == '`') {
    for (const char c : body) {
      if (c != '\r') out += c;
    }
    return out;
  }
  for (size_t i = 0; i < body.size();) {
    const auto c = read_char(body, i, quote);
    if (!c) return std::nullopt;
    if (c->byte) out += static_cast<char>(c->rune);
    else append_utf8(out, c->rune);
  }
  return out;
}

std::optional<int64_t> parse_prefixed_int(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto magnitude = parse_prefixed_uint(text);
  constexpr uint64_t kLimit = uint64_t{1} << 63;
  if (!magnitude || *magnitude > kLimit || (*magnitude == kLimit && !negative)) return std::nullopt;
  return negative ? static_cast<int64_t>(0 - *magnitude) : static_cast<int64_t>(*magnitude);
}

Result<void> parse_number(NumberNode& node, bool character, bool complex) {
  if (character) return parse_character(node);
  if (complex) return parse_complex(node);
  if (node.text.ends_with('i')) {
    if (const auto f = parse_go_float(std::string_view(node.text).substr(0, node.text.size() - 1)); f.ok()) {
      node.complex = {0, *f};
      simplify_complex(node);
      return {};
    }
  }
  const auto magnitude = parse_prefixed_uint(node.text);
  const auto integer = parse_prefixed_int(node.text);
  node.is_uint = magnitude.has_value() || integer == 0;
  node.is_int = integer.has_value();
  if (!node.is_int && !node.is_uint) return parse_float(node);
  node.is_float = true;
  node.integer = integer.value_or(0);
  node.number = node.is_int ? static_cast<double>(*integer) : static_cast<double>(*magnitude);
  return {};
}

}  // namespace sleipnir::logql::gotemplate
