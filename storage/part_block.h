#pragma once
#include "storage/part_reader.h"

namespace sleipnir::storage {

/// The rows of a part's block that pass the filter. Only columns that the filter asks for are read before; lines and fields when they are asked for.
Result<std::shared_ptr<Block>> load_block(std::shared_ptr<const Part> part, size_t block, const RowFilter& filter);

}  // namespace sleipnir::storage
