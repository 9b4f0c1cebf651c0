#pragma once
#include "storage/scan/ordered_rows.h"

namespace sleipnir::storage {

/// The rows of a selection, block by block; its direction counts for nothing. Any number of threads may ask for batches. Rows at times that several runs
/// contest (overlap.h) go through OrderedRows, which finds what is there twice; one thread at a time reads those while the others read blocks.
std::unique_ptr<BatchReader> any_order_reader(RowSelection selection, BatchOptions options);

}  // namespace sleipnir::storage
