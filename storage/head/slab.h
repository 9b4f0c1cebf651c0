#pragma once
#include "storage/head/push_batch.h"
#include "storage/scan/run.h"

namespace sleipnir::storage {

/// Unsealed rows, sorted, as a run of one block. Searches for text walk over the lines. Where fields are asked for, one of
/// more than a few rows is cut into columns, as a seal does it, and answers as a part's block would from then on; the columns are kept in the process's cache.
/// That is done at the first such question where the slab will live on (`lasting`), else at the second, since the next push may make it old. `rows` is not empty and points into the payloads.
std::shared_ptr<const Run> make_slab(std::vector<Row> rows, std::vector<std::shared_ptr<const std::string>> payloads, bool lasting);

}  // namespace sleipnir::storage
