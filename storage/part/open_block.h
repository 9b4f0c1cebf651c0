#pragma once
#include <vector>

#include "base/scan.h"
#include "storage/column/block_reader.h"

namespace sleipnir::storage {

/// A block with whatever was read of it. Any number of threads.
struct OpenBlock {
  OpenBlock(std::shared_ptr<const BlockMeta> meta, ReadChunk read, std::vector<const Stream*> of, size_t stored_bytes = 0)
      : reader(std::move(meta), std::move(read)), streams(std::move(of)), stored(stored_bytes) {
    for (const Stream* stream : streams) stream_ids.push_back(stream->id);
  }
  /// Bytes, about.
  size_t memory() const { return stored + reader.memory() + streams.size() * (sizeof streams[0] + sizeof stream_ids[0]); }

  BlockReader reader;
  const std::vector<const Stream*> streams;  ///< those of meta().streams
  std::vector<uint64_t> stream_ids;          ///< of `streams`, side by side: many are asked where few are wanted
  const size_t stored;                       ///< bytes of the chunks where these are in memory, too
};

}  // namespace sleipnir::storage
