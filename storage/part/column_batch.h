#pragma once
#include "storage/part/block_rows.h"

namespace sleipnir::storage {

/// Run::batch of an open block: rows by stream and time as they stand in it, each column read when it is asked for. nullptr where there are none. Errors: kCorrupt, kIo.
Result<std::unique_ptr<Batch>> column_batch(BlockRows rows, const BatchOptions& options);

}  // namespace sleipnir::storage
