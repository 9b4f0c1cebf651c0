#pragma once
#include <atomic>

#include "api/metrics.h"

namespace sleipnir::api {

/// What queries cost, for /metrics. Any thread.
struct QueryMetrics {
  /// By class: `logs`, `metrics`, `export`, or `discovery` for all that is asked about labels and fields.
  Histograms durations{"sleipnir_query_duration_seconds", "Time to answer queries, by what they ask for."};
  std::atomic<uint64_t> running{0}, rows{0}, bytes{0};
};

}  // namespace sleipnir::api
