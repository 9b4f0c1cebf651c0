#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "storage/column/shape.h"

namespace sleipnir::storage {

/// Cuts one strictly valid JSON object (RFC 8259; blanks kept in the pieces; nothing after the closing brace) into a shape. False where the line is anything
/// else, nests deeper than 16, or has more than ShapeTable::kMaxSlots values; then `shape` and `values` are undefined. O(line).
bool cut_json(std::string_view line, ShapeTable& table, Shape& shape, std::vector<std::string_view>& values);

/// End of the valid JSON array that starts at line[at]; npos where there is none.
size_t json_array_end(std::string_view line, size_t at);

}  // namespace sleipnir::storage
