#pragma once
#include "storage/part/block_rows.h"

namespace sleipnir::storage {

/// Run::load of an open block: the rows by (timestamp, arrival). Lines and fields are read when they are asked for. Errors: kCorrupt, kIo.
Result<std::shared_ptr<Block>> column_block(BlockRows rows);

}  // namespace sleipnir::storage
