#pragma once
#include <string>
#include <string_view>

namespace sleipnir::api {

/// What a field's value looks like: `int`, `float`, `boolean`, `duration`, `bytes` or `string` (http-api.md §6.2).
std::string_view field_type(std::string_view value);

/// Values that can be read as a size with a unit are written one way (`10KB` → `10kB`, `5m` → `5.0MB`), all others stay.
std::string normal_value(std::string_view value);

}  // namespace sleipnir::api
