#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "storage/store.h"

namespace sleipnir::api {

class MemoryShare;

/// A push as it was received: the body may still be compressed. All views must outlive the call.
struct PushRequestView {
  std::string_view body;
  std::string_view content_type;      ///< header value, "" where it is missing
  std::string_view content_encoding;  ///< header value, "" where it is missing
  bool legacy = false;                ///< /api/prom/push: JSON bodies hold `labels` and `entries` (http-api.md §9.4)
  MemoryShare* memory = nullptr;      ///< what unpacking and decoding may take; nullptr: as much as the limits say
};

class TailHub;

/// Takes what decoding `bytes` of an unpacked body costs, about: lines as strings, what surrounds them, and the record for the log.
Result<void> take_for_decoding(MemoryShare* memory, size_t bytes);

/// The answer to send. `message` is the whole body, including its trailing newline; empty with 204. Its content type is text/plain for
/// pushes and application/octet-stream (a protobuf google.rpc.Status) for OTLP.
struct PushOutcome {
  int status = 204;
  std::string message;
  bool whole = false;  ///< nothing of the request was stored
};

/// Running totals since the start, for /metrics. Any thread.
struct IngestMetrics {
  std::atomic<uint64_t> requests{0};        ///< all requests, good or bad
  std::atomic<uint64_t> failed_requests{0}; ///< answered by anything but 204; their valid entries may be stored
  std::atomic<uint64_t> lines{0};           ///< entries handed to the store
  std::atomic<uint64_t> bytes{0};           ///< line and structured metadata bytes of those
  std::atomic<uint64_t> duplicates{0};      ///< entries that were stored already
  std::atomic<uint64_t> syslog_messages{0};
  std::atomic<uint64_t> syslog_lost{0};     ///< the store did not take them for minutes
  std::atomic<uint64_t> unreadable{0};      ///< JSON lines and bulk items that could not be read
  // Entries refused, under Loki's reasons.
  std::atomic<uint64_t> invalid_labels{0};       ///< label count, lengths, duplicate names, required labels
  std::atomic<uint64_t> greater_than_max_age{0};
  std::atomic<uint64_t> too_far_in_future{0};
  std::atomic<uint64_t> line_too_long{0};
  std::atomic<uint64_t> structured_metadata{0};  ///< forbidden, too large or too many
  std::atomic<uint64_t> too_far_behind{0};
  std::atomic<uint64_t> stream_limit{0};
  std::atomic<uint64_t> rate_limited{0};
  std::atomic<uint64_t> per_stream_rate_limit{0};
};

/// POST /loki/api/v1/push and /api/prom/push, from the received body to the durable append (http-api.md §9).
/// 204 when all was stored. 400 and 429 name what was refused; the valid rest of the batch is stored all the same. 422 when there is no
/// stream at all, 413 when a body is over its limit, 500 when the disk refuses. Blocks until the store has synced. Any thread.
/// What was stored goes to `tails`, too. Rate limits are kept per tenant and per stream for the life of the process.
PushOutcome handle_push(storage::Store& store, const std::string& tenant, const Limits& limits, const PushRequestView& request,
                        IngestMetrics& metrics, TailHub* tails = nullptr);

}  // namespace sleipnir::api
