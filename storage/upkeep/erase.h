#pragma once
#include "storage/upkeep/seal.h"
#include "storage/store.h"

namespace sleipnir::storage {

/// What became of a part.
struct Erased {
  uint64_t rows = 0;           ///< that went; with 0 the part is as it was
  std::shared_ptr<Part> rest;  ///< the part that replaces it; null where no row stays
};

/// Erases the rows of one part that the request dooms. Blocks without such a row are copied as they are. The caller makes the part obsolete.
/// Errors: kIo; kCorrupt; those of the cancellation. Then nothing has changed.
Result<Erased> erase_rows(const std::shared_ptr<Part>& part, const StreamSet& streams, const EraseRequest& request, const PartFolder& folder);

}  // namespace sleipnir::storage
