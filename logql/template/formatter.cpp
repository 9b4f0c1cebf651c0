#include "logql/template/formatter.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/time.h"
#include "logql/template/format.h"
#include "logql/template/gotime.h"
#include "logql/template/runes.h"

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

void Formatter::print(const Value& v, char32_t verb) {
  if (verb == 'T') return pad(truncate(type_name(v)));
  switch (v.kind) {
    case Kind::kInvalid: case Kind::kNil: return print_none(v, verb);
    case Kind::kBool: return print_bool(v, verb);
    case Kind::kInt: case Kind::kByte: return print_integer(v, verb);
    case Kind::kFloat: return print_float(v.number, verb);
    case Kind::kComplex: return print_complex(v, verb);
    case Kind::kString: return print_text(v, v.text(), verb);
    case Kind::kList: return print_list(v, verb);
    case Kind::kMap: case Kind::kLabels: return print_map(v, verb);
    case Kind::kTime: return print_text(v, format_time(*v.time, kDefaultLayout), verb);
  }
}

void Formatter::print_none(const Value& v, char32_t verb) {
  if (verb != 'v') return bad_verb(v, verb);
  pad("<nil>");
}

void Formatter::print_bool(const Value& v, char32_t verb) {
  if (verb != 't' && verb != 'v') return bad_verb(v, verb);
  pad(v.boolean ? "true" : "false");
}

void Formatter::print_integer(const Value& v, char32_t verb) {
  const bool named = v.is(Kind::kInt) && v.int_type > IntType::kInt64;
  if (named && !erroring_ && !flags.sharp_v && std::u32string_view(U"vsxXq").find(verb) != std::u32string_view::npos) {
    return print_text(v, named_int_text(v), verb);
  }
  const bool negative = v.integer < 0;
  const uint64_t magnitude = negative ? 0 - static_cast<uint64_t>(v.integer) : v.integer;
  switch (verb) {
    case 'v':
      if (flags.sharp_v && v.is(Kind::kByte)) {
        const bool sharp = std::exchange(flags.sharp, true);
        integer(magnitude, false, 16, false, 'v');
        flags.sharp = sharp;
        return;
      }
      return integer(magnitude, negative, 10, false, verb);
    case 'd': return integer(magnitude, negative, 10, false, verb);
    case 'b': return integer(magnitude, negative, 2, false, verb);
    case 'o': case 'O': return integer(magnitude, negative, 8, false, verb);
    case 'x': return integer(magnitude, negative, 16, false, verb);
    case 'X': return integer(magnitude, negative, 16, true, verb);
    case 'c': return rune(v.integer < 0 || v.integer > 0x10FFFF ? 0xFFFD : static_cast<char32_t>(v.integer));
    case 'q': return quoted_rune(v.integer < 0 || v.integer > 0x10FFFF ? 0xFFFD : static_cast<char32_t>(v.integer));
    case 'U': return unicode(static_cast<uint64_t>(v.integer));
    default: return bad_verb(v, verb);
  }
}

void Formatter::print_float(double f, char32_t verb) {
  switch (verb) {
    case 'v': return floating(f, 'g', -1);
    case 'b': case 'g': case 'G': case 'x': case 'X': return floating(f, static_cast<char>(verb), -1);
    case 'e': case 'E': case 'f': return floating(f, static_cast<char>(verb), 6);
    case 'F': return floating(f, 'f', 6);
    default: return bad_verb(Value::of_float(f), verb);
  }
}

void Formatter::print_complex(const Value& v, char32_t verb) {
  if (std::u32string_view(U"vbgGxXfFeE").find(verb) == std::u32string_view::npos) return bad_verb(v, verb);
  const bool plus = flags.plus;
  out_ += '(';
  print_float(v.complex.real, verb);
  flags.plus = true;
  print_float(v.complex.imaginary, verb);
  out_ += "i)";
  flags.plus = plus;
}

void Formatter::print_text(const Value& v, std::string_view s, char32_t verb) {
  switch (verb) {
    case 'v':
      if (flags.sharp_v) return quoted(s);
      [[fallthrough]];
    case 's': return pad(truncate(s));
    case 'x': return hex(s, false);
    case 'X': return hex(s, true);
    case 'q': return quoted(s);
    default: break;
  }
  bad_verb(v, verb);
}

void Formatter::print_list(const Value& v, char32_t verb) {
  out_ += flags.sharp_v ? "[]interface {}{" : "[";
  for (size_t i = 0; i < v.list.size; ++i) {
    if (i > 0) out_ += flags.sharp_v ? ", " : " ";
    print_element(v.list.items[i], verb);
  }
  out_ += flags.sharp_v ? '}' : ']';
}

void Formatter::print_map(const Value& v, char32_t verb) {
  Map labels;
  if (v.is(Kind::kLabels)) {
    for (const auto& [name, value] : v.labels->all()) labels.emplace_back(name, Value::of_text(value));
  }
  if (flags.sharp_v) (out_ += type_name(v)) += '{';
  else out_ += "map[";
  bool first = true;
  for (const auto& [key, value] : v.is(Kind::kLabels) ? labels : *v.map) {
    if (!std::exchange(first, false)) out_ += flags.sharp_v ? ", " : " ";
    print(Value::of_text(key), verb);
    out_ += ':';
    print_element(value, verb);
  }
  out_ += flags.sharp_v ? '}' : ']';
}

void Formatter::print_element(const Value& v, char32_t verb) {
  if (!v.none()) return print(v, verb);
  out_ += flags.sharp_v ? "interface {}(nil)" : "<nil>";
}

/// The operand itself without its methods: named integers print as numbers.
void Formatter::bad_verb(const Value& v, char32_t verb) {
  out_ += "%!";
  append_utf8(out_, verb);
  if (v.none()) {
    out_ += "(<nil>)";
    return;
  }
  ((out_ += '(') += type_name(v)) += '=';
  erroring_ = true;
  print(v, 'v');
  erroring_ = false;
  out_ += ')';
}

void Formatter::integer(uint64_t magnitude, bool negative, int base, bool upper, char32_t verb) {
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

void Formatter::floating(double f, char verb, int precision) {
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

void Formatter::quoted(std::string_view s) {
  s = truncate(s);
  if (flags.sharp && can_backquote(s)) return pad('`' + std::string(s) + '`');
  const std::string text = go_quote(s);
  pad(flags.plus ? ascii_only(text) : text);
}

void Formatter::hex(std::string_view s, bool upper) {
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

void Formatter::rune(char32_t r) {
  std::string text;
  append_utf8(text, r);
  pad(text);
}

void Formatter::quoted_rune(char32_t r) {
  const std::string text = quote_rune(r);
  pad(flags.plus ? ascii_only(text) : text);
}

void Formatter::unicode(uint64_t r) {
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

void Formatter::pad(std::string_view s) {
  const int missing = flags.width < 0 ? 0 : flags.width - static_cast<int>(count_runes(s));
  if (!flags.minus) fill(missing);
  out_ += s;
  if (flags.minus) {
    const bool zero = std::exchange(flags.zero, false);
    fill(missing);
    flags.zero = zero;
  }
}

void Formatter::fill(int n) {
  if (n > 0) out_.append(n, flags.zero && !flags.minus ? '0' : ' ');
}

std::string_view Formatter::truncate(std::string_view s) const {
  if (flags.precision < 0) return s;
  char32_t r;
  size_t end = 0;
  for (int n = 0; n < flags.precision && end < s.size(); ++n) end += decode_utf8(s, end, r);
  return s.substr(0, end);
}

std::string named_int_text(const Value& v) {
  switch (v.int_type) {
    case IntType::kDuration: return format_go_duration(v.integer);
    case IntType::kMonth:
      if (v.integer >= 1 && v.integer <= 12) return std::string(month_name(static_cast<int>(v.integer)));
      return "%!Month(" + std::to_string(v.integer) + ')';
    case IntType::kWeekday:
      if (v.integer >= 0 && v.integer <= 6) return std::string(weekday_name(static_cast<int>(v.integer)));
      return "%!Weekday(" + std::to_string(v.integer) + ')';
    default: return std::to_string(v.integer);
  }
}

}  // namespace sleipnir::logql::gotemplate
