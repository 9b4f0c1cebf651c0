#pragma once
#include <string>
#include <vector>

#include "api/ingest/push.h"

namespace sleipnir::api {

/// What must be known of a stream to speak about its entries after the store took them.
struct SentStream {
  LabelSet labels;
  std::vector<Nanos> timestamps;
};

/// Loki's answer to entries that the store refused: the list of them with reasons, at most ten a stream, of the last stream with such entries.
/// 400 for entries too far behind, 429 for streams over the limit. Counts them. 204 where nothing was refused. No trailing newline.
PushOutcome refusal_of(const storage::AppendReport& report, const std::vector<SentStream>& sent, const std::string& tenant, IngestMetrics& metrics);

/// The answer to a stream over its rate: 429.
PushOutcome stream_rate_refusal(const LabelSet& labels, const std::vector<Nanos>& timestamps, const std::vector<uint64_t>& bytes,
                                uint64_t limit, const std::string& tenant);

}  // namespace sleipnir::api
