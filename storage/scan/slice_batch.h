#pragma once
#include "storage/scan/ordered_rows.h"

namespace sleipnir::storage {

/// Rows picked from blocks as a batch, in their order. Columns of several blocks are gathered into one.
std::unique_ptr<Batch> slice_batch(RowSlice slice, const BatchOptions& options);

}  // namespace sleipnir::storage
