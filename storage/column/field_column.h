#pragma once
#include <memory>

#include "base/scan.h"
#include "storage/column/block_reader.h"
#include "storage/column/picked_rows.h"

namespace sleipnir::storage {

/// The wanted field of these rows of a block (base/scan.h, Column), nullptr where the block has no columns for it. Views of the result live as long as
/// the reader and the column. Where all rows take the field from one column with a dictionary, its codes and entries are handed out. Errors: those of the reader.
Result<std::shared_ptr<const Column>> field_column(BlockReader& reader, const PickedRows& rows, const WantedField& wanted);

}  // namespace sleipnir::storage
