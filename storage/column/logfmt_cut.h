#pragma once
#include <string_view>
#include <vector>

#include "storage/column/shape.h"

namespace sleipnir::storage {

/// Cuts a line of `key=value` pairs into a shape: values are words without quotes and `=` (kWord), or stand in quotes (kPlain, kText where there are escapes
/// or bytes >= 0x80). False where the line is anything else, keys without values included, or has fewer than two pairs. O(line).
bool cut_logfmt(std::string_view line, ShapeTable& table, Shape& shape, std::vector<std::string_view>& values);

}  // namespace sleipnir::storage
