#include "logql/template/conversion.h"

#include "base/number.h"
#include "logql/template/literal.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// `-12.75` is -12, `.5` is 0; anything else stays as it is.
std::string_view whole_part(std::string_view s) {
  const size_t dot = s.find('.');
  if (dot == std::string_view::npos) return s;
  const auto digits = [](std::string_view part) { return part.find_first_not_of("0123456789") == std::string_view::npos; };
  const std::string_view whole = s.substr(0, dot);
  const bool sign = whole.starts_with('-') || whole.starts_with('+');
  if (!digits(whole.substr(sign)) || !digits(s.substr(dot + 1))) return s;
  return whole.size() == sign ? "0" : whole;
}

}  // namespace

int64_t to_integer(const Value& v) {
  switch (v.kind) {
    case Kind::kBool: return v.boolean;
    case Kind::kInt: case Kind::kByte: return v.integer;
    case Kind::kFloat: return v.number >= -0x1p63 && v.number < 0x1p63 ? static_cast<int64_t>(v.number) : 0;
    case Kind::kString: return parse_prefixed_int(whole_part(v.text())).value_or(0);
    default: return 0;
  }
}

double to_float(const Value& v) {
  switch (v.kind) {
    case Kind::kBool: return v.boolean;
    case Kind::kInt: case Kind::kByte: return static_cast<double>(v.integer);
    case Kind::kFloat: return v.number;
    case Kind::kString:
      if (const auto f = parse_go_float(v.text()); f.ok()) return *f;
      return 0;
    default: return 0;
  }
}

}  // namespace sleipnir::logql::gotemplate
