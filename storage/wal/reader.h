#pragma once
#include <functional>

#include "storage/file.h"
#include "storage/head/push_batch.h"

namespace sleipnir::storage {

struct WalReplay {
  uint64_t records = 0;
  uint64_t bytes = 0;      ///< of the segment as it is after repair
  uint64_t torn_bytes = 0; ///< cut off: a record that was being written when the process ended
  bool damaged = false;    ///< the rest of the segment from the first bad record on was copied to `*.damaged` and cut off
};

/// Replays one segment and repairs it, so that the next replay of the file finds nothing wrong. `take` receives each intact record in
/// order, rows numbered. Errors: kIo; kCorrupt when a newer program wrote the segment (which is left alone).
Result<WalReplay> replay_wal_segment(const std::filesystem::path& path, StreamIndex& index, const std::function<void(PushBatch&&)>& take);

}  // namespace sleipnir::storage
