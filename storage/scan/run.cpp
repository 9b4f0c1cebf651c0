#include "storage/scan/run.h"

#include "storage/bytes.h"
#include "storage/scan/slice_batch.h"

namespace sleipnir::storage {

uint32_t Block::metadata_bytes(size_t row) {
  uint32_t bytes;
  ByteReader in(set(row));
  read_coded_labels(in, bytes);
  return bytes;
}

Result<std::unique_ptr<Batch>> Run::batch(size_t block, const RowFilter& filter, const BatchOptions& options) const {
  auto loaded = load(block, filter);
  if (!loaded) return loaded.error();
  const auto rows = static_cast<uint32_t>((*loaded)->rows());
  if (rows == 0) return std::unique_ptr<Batch>();
  RowSlice slice{{std::move(*loaded)}, {}};
  for (uint32_t row = 0; row < rows; ++row) slice.rows.push_back({0, row});
  return slice_batch(std::move(slice), options);
}

}  // namespace sleipnir::storage
