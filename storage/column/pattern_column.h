#pragma once
#include <memory>

#include "base/scan.h"
#include "storage/column/block_reader.h"
#include "storage/column/picked_rows.h"

namespace sleipnir::storage {

/// A wanted field of kPattern (base/scan.h) of these rows. Undecided are raw lines, those of shapes in which the capture's place varies, and empty captures.
/// Views of the result live as long as the reader and the column. Errors: those of the reader.
Result<std::shared_ptr<const Column>> pattern_column(BlockReader& reader, const PickedRows& rows, const WantedField& wanted);

}  // namespace sleipnir::storage
