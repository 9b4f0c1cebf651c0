#include "base/limits.h"

#include <limits>

namespace sleipnir {

// What protects a shared cluster only stands in the way on one's own machine: budgets bound memory, not these numbers. Kept are limits that
// tell a mistake (a label set without end) or that clients rely on.
Limits Limits::roomy() {
  Limits l;
  l.max_entries_limit_per_query = 1'000'000;
  l.max_query_length = 0;
  l.max_query_series = 1'000'000;
  l.query_timeout = 5 * kMinute;
  l.max_streams_matchers_per_query = 0;
  l.max_concurrent_tail_requests = 100;
  l.volume_max_series = 100'000;
  l.shard_aggregations = {"approx_topk"};

  l.ingestion_rate_mb = l.ingestion_burst_size_mb = 0;
  l.per_stream_rate_limit = l.per_stream_rate_limit_burst = 0;
  l.max_line_size = 10 << 20;
  l.max_label_names_per_series = l.max_label_name_length = l.max_label_value_length = 0;
  l.reject_old_samples = false;
  l.creation_grace_period = 0;
  l.schema_start = std::numeric_limits<Nanos>::min();
  l.out_of_order_window = 0;
  l.max_global_streams_per_user = 0;
  l.max_structured_metadata_size = 1 << 20;
  l.max_structured_metadata_entries_count = 0;
  return l;
}

}  // namespace sleipnir
