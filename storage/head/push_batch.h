#pragma once
// What one append adds, as rows over the bytes of its WAL record: lines are copied once, into the payload that is written to disk, and
// the head points into that payload.
#include <memory>
#include <string>
#include <vector>

#include "base/entry.h"
#include "storage/scan/duplicate_set.h"
#include "storage/stream_index.h"

namespace sleipnir::storage {

/// One entry in memory. The views point into the payload that it came with.
struct Row {
  Nanos timestamp;
  uint64_t arrival;  ///< unique in the tenant, ascending in the order of acknowledgement
  const Stream* stream;
  std::string_view line;
  std::string_view metadata;  ///< coded label set (bytes.h)
};

struct PushBatch {
  std::shared_ptr<const std::string> payload;
  std::vector<Row> rows;                 ///< `arrival` counts from 0 until `number_from`
  std::vector<EntryIdentity> identities; ///< of each row

  void number_from(uint64_t first_arrival) {
    for (Row& row : rows) row.arrival += first_arrival;
  }
};

/// The entries of one stream that passed the limits of their append.
struct AcceptedStream {
  const Stream* stream;
  std::vector<const Entry*> entries;
};

/// kTooLarge when the payload would exceed wal::kMaxPayload.
Result<PushBatch> encode_push(const std::vector<AcceptedStream>& streams);

/// The inverse, for replay. False when the payload is malformed (then `batch` is unspecified).
bool decode_push(std::shared_ptr<const std::string> payload, StreamIndex& index, PushBatch& batch);

}  // namespace sleipnir::storage
