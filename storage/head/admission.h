#pragma once
#include <mutex>
#include <vector>

#include "storage/head/push_batch.h"
#include "storage/store.h"

namespace sleipnir::storage {

/// Decides which entries of a push one tenant takes: knows the newest timestamp of each stream. Any number of threads.
class Admission {
 public:
  explicit Admission(StreamIndex& index) : index_(index) {}

  /// Entries that pass the limits, in their order; the others go to `report`. Within a push an entry is held against those before it.
  std::vector<AcceptedStream> admit(const std::vector<StreamEntries>& push, const AppendOptions& options, AppendReport& report);

  /// The stream is known to have an entry of this time.
  void note(const Stream* stream, Nanos timestamp);

 private:
  Nanos& newest(const Stream* stream);

  StreamIndex& index_;
  std::mutex mutex_;
  std::vector<Nanos> newest_;  // by stream id; INT64_MIN: none
};

}  // namespace sleipnir::storage
