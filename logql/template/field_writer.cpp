#include "logql/template/field_writer.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/text.h"
#include "logql/template/format.h"

namespace sleipnir::logql::gotemplate {
namespace {

size_t count_runes(std::string_view s) {
  size_t n = 0;
  char32_t r;
  for (size_t i = 0; i < s.size(); ++n) i += decode_utf8(s, i, r);
  return n;
}

/// May stand between backticks.
bool can_backquote(std::string_view s) {
  char32_t r;
  for (size_t i = 0; i < s.size();) {
    const size_t n = decode_utf8(s, i, r);
    i += n;
    if (n == 1 && r == 0xFFFD) return false;
    if (r == 0xFEFF || r == '`' || r == 0x7f || (r < ' ' && r != '\t')) return false;
  }
  return true;
}

/// Go's %+q: everything outside ASCII as an escape.
std::string ascii_only(const std::string& quoted) {
  std::string out;
  char32_t r;
  for (size_t i = 0; i < quoted.size();) {
    i += decode_utf8(quoted, i, r);
    char escape[16];
    if (r < 0x80) out += static_cast<char>(r);
    else if (snprintf(escape, sizeof escape, r < 0x10000 ? "\\u%04x" : "\\U%08x", static_cast<unsigned>(r)) > 0) out += escape;
  }
  return out;
}

std::string quote_rune(char32_t r) {
  if (r > 0x10FFFF || (r >= 0xD800 && r < 0xE000)) r = 0xFFFD;
  if (r == '\'') return "'\\''";
  if (r == '"') return "'\"'";
  std::string one;
  append_utf8(one, r);
  std::string quoted = go_quote(one);
  quoted.front() = quoted.back() = '\'';
  return quoted;
}

}  // namespace

void FieldWriter::integer(uint64_t magnitude, bool negative, int base, bool upper, char32_t verb) {
  const FormatFlags saved = flags;
  const char* const digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string reversed;
  int precision = flags.precision;
  if (precision == 0 && magnitude == 0) {
    flags.zero = false;
    fill(flags.width);
    flags = saved;
    return;
  }
  if (precision < 0 && flags.zero && !flags.minus && flags.width >= 0) {
    precision = flags.width;
    if (negative || flags.plus || flags.space) --precision;
  }
  for (uint64_t rest = magnitude; reversed.empty() || rest > 0; rest /= base) reversed += digits[rest % base];
  while (static_cast<int>(reversed.size()) < precision) reversed += '0';
  if (flags.sharp) {
    if (base == 2) reversed += "b0";
    else if (base == 8 && reversed.back() != '0') reversed += '0';
    else if (base == 16) (reversed += upper ? 'X' : 'x') += '0';
  }
  if (verb == 'O') reversed += "o0";
  if (negative) reversed += '-';
  else if (flags.plus) reversed += '+';
  else if (flags.space) reversed += ' ';
  std::reverse(reversed.begin(), reversed.end());
  flags.zero = false;
  pad(reversed);
  flags = saved;
}

void FieldWriter::floating(double f, char verb, int precision) {
  if (flags.precision >= 0) precision = flags.precision;
  std::string text = format_float(f, verb, precision);
  if (text[0] != '-' && text[0] != '+') text.insert(0, 1, '+');
  if (flags.space && text[0] == '+' && !flags.plus) text[0] = ' ';
  const bool number = text[1] != 'I' && text[1] != 'N';
  if (number && flags.sharp && verb != 'b') {
    // `#` keeps the point, and the zeros of %g and %x.
    const bool keeps_zeros = verb == 'g' || verb == 'G' || verb == 'x';
    int digits = precision < 0 ? 6 : precision;
    size_t tail = text.find_first_of(verb == 'x' || verb == 'X' ? "pP" : "eE");
    if (tail == std::string::npos) tail = text.size();
    const bool point = text.find('.') < tail;
    bool nonzero = false;
    for (size_t i = 1; i < tail; ++i) {
      if (text[i] == '.') continue;
      if (text[i] != '0') nonzero = true;
      if (nonzero) --digits;
    }
    std::string more = point ? "" : ".";
    if (keeps_zeros) {
      if (!nonzero && tail == 2 && !point) --digits;
      more.append(std::max(digits, 0), '0');
    }
    text.insert(tail, more);
  }
  const bool zero = flags.zero;
  if (!number) {
    flags.zero = false;
    if (text[1] == 'N' && !flags.space && !flags.plus) text.erase(0, 1);
    pad(text);
  } else if (flags.plus || text[0] != '+') {
    if (flags.zero && !flags.minus && flags.width > static_cast<int>(text.size())) {
      out_ += text[0];
      fill(flags.width - static_cast<int>(text.size()));
      out_.append(text, 1);
    } else {
      pad(text);
    }
  } else {
    pad(std::string_view(text).substr(1));
  }
  flags.zero = zero;
}

void FieldWriter::quoted(std::string_view s) {
  s = truncate(s);
  if (flags.sharp && can_backquote(s)) return pad('`' + std::string(s) + '`');
  const std::string text = go_quote(s);
  pad(flags.plus ? ascii_only(text) : text);
}

void FieldWriter::hex(std::string_view s, bool upper) {
  const char* const digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  if (flags.precision >= 0) s = s.substr(0, flags.precision);
  std::string text;
  for (size_t i = 0; i < s.size(); ++i) {
    if (flags.space && i > 0) text += ' ';
    if (flags.sharp && (flags.space || i == 0)) (text += '0') += upper ? 'X' : 'x';
    text += digits[static_cast<unsigned char>(s[i]) >> 4];
    text += digits[s[i] & 15];
  }
  pad(text);
}

void FieldWriter::rune(char32_t r) {
  std::string text;
  append_utf8(text, r);
  pad(text);
}

void FieldWriter::quoted_rune(char32_t r) {
  const std::string text = quote_rune(r);
  pad(flags.plus ? ascii_only(text) : text);
}

void FieldWriter::unicode(uint64_t r) {
  char digits[32];
  snprintf(digits, sizeof digits, "%0*lX", std::min(std::max(flags.precision, 4), 20), static_cast<unsigned long>(r));
  std::string text = "U+";
  if (flags.precision > 20) text.append(flags.precision - 20, '0');
  text += digits;
  if (flags.sharp && r <= 0x10FFFF && is_printable(static_cast<char32_t>(r))) {
    text += " '";
    append_utf8(text, static_cast<char32_t>(r));
    text += '\'';
  }
  const bool zero = std::exchange(flags.zero, false);
  pad(text);
  flags.zero = zero;
}

void FieldWriter::pad(std::string_view s) {
  const int missing = flags.width < 0 ? 0 : flags.width - static_cast<int>(count_runes(s));
  if (!flags.minus) fill(missing);
  out_ += s;
  if (flags.minus) {
    const bool zero = std::exchange(flags.zero, false);
    fill(missing);
    flags.zero = zero;
  }
}

void FieldWriter::fill(int n) {
  if (n > 0) out_.append(n, flags.zero && !flags.minus ? '0' : ' ');
}

std::string_view FieldWriter::truncate(std::string_view s) const {
  if (flags.precision < 0) return s;
  char32_t r;
  size_t end = 0;
  for (int n = 0; n < flags.precision && end < s.size(); ++n) end += decode_utf8(s, end, r);
  return s.substr(0, end);
}

}  // namespace sleipnir::logql::gotemplate
