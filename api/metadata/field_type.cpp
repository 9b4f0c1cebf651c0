#include "api/metadata/field_type.h"

#include <algorithm>
#include <cctype>

#include "base/number.h"
#include "base/time.h"

namespace sleipnir::api {

std::string_view field_type(std::string_view value) {
  static constexpr std::string_view kBooleans[] = {"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"};
  if (parse_go_int(value)) return "int";
  if (parse_go_float(value)) return "float";
  if (std::find(std::begin(kBooleans), std::end(kBooleans), value) != std::end(kBooleans)) return "boolean";
  if (parse_go_duration(value)) return "duration";
  if (parse_bytes(value)) return "bytes";
  return "string";
}

std::string normal_value(std::string_view value) {
  const bool has_unit = !value.empty() && std::isalpha(static_cast<unsigned char>(value.back()));
  const auto bytes = parse_bytes(value);
  return has_unit && bytes ? format_bytes(*bytes) : std::string(value);
}

}  // namespace sleipnir::api
