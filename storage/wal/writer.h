#pragma once
#include <span>

#include "storage/block_appender.h"
#include "storage/head/push_batch.h"

namespace sleipnir::storage {

/// Writes the records of one tenant into numbered segments `<folder>/<16 hex digits>.wal`, one at a time. A segment holds what one head
/// holds, and is removed when the parts made of that head are on disk. Not thread-safe.
class WalWriter {
 public:
  /// `next_segment` is above every segment in the folder.
  WalWriter(std::filesystem::path folder, bool fsync, uint64_t next_segment);

  /// Numbers and writes the batches as one write, and syncs once. On failure nothing of them is kept, in the file neither as far as the
  /// operating system lets it be undone. Errors: kIo.
  Result<void> append(std::span<PushBatch* const> batches, uint64_t first_arrival);
  /// Syncs what was appended without fsync; nothing to do otherwise.
  Result<void> sync();
  /// Ends the segment; the next append begins a new one. Returns the number of the last segment begun so far.
  uint64_t rotate();
  /// Bytes in the current segment.
  uint64_t bytes() const { return file_.bytes(); }

 private:
  Result<void> begin_segment();
  void undo();

  std::filesystem::path folder_;
  bool fsync_;
  uint64_t next_segment_;
  BlockAppender file_;
  bool unsynced_ = false;
};

std::filesystem::path wal_segment_path(const std::filesystem::path& folder, uint64_t segment);

}  // namespace sleipnir::storage
