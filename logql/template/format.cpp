#include "logql/template/format.h"

#include <charconv>

#include "logql/template/formatter.h"

namespace sleipnir::logql::gotemplate {

void append_value(std::string& out, const Value& v) {
  if (v.is(Kind::kString)) {
    out += v.text();
  } else if (v.is(Kind::kInt) && v.int_type <= IntType::kInt64) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, v.integer).ptr);
  } else {
    Formatter(out).print(v, 'v');
  }
}

void append_print(std::string& out, std::span<const Value> args) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (i > 0 && !args[i].is(Kind::kString) && !args[i - 1].is(Kind::kString)) out += ' ';
    append_value(out, args[i]);
  }
}

void append_println(std::string& out, std::span<const Value> args) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (i > 0) out += ' ';
    append_value(out, args[i]);
  }
  out += '\n';
}

}  // namespace sleipnir::logql::gotemplate
