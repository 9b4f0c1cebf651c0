#pragma once
#include <string>
#include <vector>

#include "api/ingest/push.h"
#include "api/ingest/request.h"

namespace sleipnir::api {

/// Indices into the streams as they were handed over and into their entries, an HTTP status that fits, and why.
using EntryRefused = std::function<void(size_t stream, size_t entry, int status, const std::string& why)>;

/// What every push does once its body is decoded: parse labels, enrich, validate, limit the rate, append (http-api.md §9.5, §9.6). What is invalid
/// is left out, the rest is stored. `message` of the outcome has no trailing newline. Any thread.
/// Bytes that lines borrow must outlive the call. Unless the outcome is `whole`, `refused` is told of each entry that was left out.
PushOutcome commit(storage::Store& store, const std::string& tenant, const Limits& limits, std::vector<ReceivedStream> streams,
                   IngestMetrics& metrics, TailHub* tails = nullptr, const EntryRefused& refused = {});

/// Status and text for a request that failed as a whole.
PushOutcome outcome_of(const Error& error);

}  // namespace sleipnir::api
