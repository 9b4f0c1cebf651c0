#pragma once
#include <span>
#include <string>

#include "storage/column/json_labels.h"

namespace sleipnir::storage {

/// What stands first under these keys, outermost first, in the lines of one shape (logql.md §7.6): a slot; kNoSlot where it is null or nothing; unknown where it
/// is an object, or the lines are no JSON. O(constant text of the shape).
LabelSource path_source(const Shape& shape, std::span<const std::string> path);

}  // namespace sleipnir::storage
