#pragma once
#include <string>
#include <string_view>

#include "storage/column/shape.h"

namespace sleipnir::storage {

inline constexpr uint32_t kNoSlot = UINT32_MAX;

/// The label that `| json` makes of a field (logql.md §7.5): keys sanitised and joined by `_`.
std::string json_label(const Field& field);

/// Slot of the shape whose value a json parser would extract under `label`: the first that is no array; kNoSlot where there is none.
uint32_t json_slot(const Shape& shape, const std::vector<std::string>& labels_of_fields, std::string_view label);

}  // namespace sleipnir::storage
