#include "logql/template/formatter.h"

#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "logql/template/format.h"
#include "logql/template/gotime.h"

namespace sleipnir::logql::gotemplate {

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
