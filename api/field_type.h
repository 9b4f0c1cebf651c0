#pragma once
#include <string>
#include <string_view>

namespace sleipnir::api {

/// What a field's value looks like: `int`, `float`, `boolean`, `duration`, `bytes` or `string` (http-api.md §6.2).
std::string_view field_type(std::string_view value);

/// Values that are sizes are written one way (`10KB` → `10kB`), all others stay.
std::string normal_value(std::string_view value);

}  // namespace sleipnir::api
