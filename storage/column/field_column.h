#pragma once
#include <memory>
#include <span>

#include "base/scan.h"
#include "storage/column/block_reader.h"

namespace sleipnir::storage {

/// The wanted field of these rows of a block (base/scan.h, Column), nullptr where the block has no columns for it. Views of the result live as long as
/// the reader and the column.
Result<std::shared_ptr<const Column>> field_column(BlockReader& reader, std::span<const uint32_t> rows, const WantedField& wanted);

}  // namespace sleipnir::storage
