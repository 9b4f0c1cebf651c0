#pragma once
#include <memory>

#include "api/config/config.h"
#include "api/erase/delete_requests.h"
#include "api/ingest/push.h"
#include "api/memory_budget.h"
#include "api/metrics.h"
#include "api/process_memory.h"
#include "api/query/metrics.h"
#include "api/tail/hub.h"
#include "logql/engine/memory_budget.h"
#include "rules/ruler.h"
#include "storage/store.h"

namespace sleipnir::api {

/// What handlers share. Lives as long as the server.
struct Service {
  const Config& config;
  storage::Store& store;
  Source& source;           ///< the store as queries see it: without what is deleted
  DeleteRequests& deletes;
  rules::Ruler& ruler;
  IngestMetrics ingest{};
  Histograms http{"sleipnir_request_duration_seconds", "Time to answer HTTP requests."};
  QueryMetrics queries{};
  MemoryBudget push_memory{config.push_memory != 0 ? config.push_memory : process_memory() / 4};
  logql::MemoryBudget query_memory{process_memory() / 2};  ///< what queries may hold together; one of them half of it
  TailHub tails{};
  Nanos started = now();
};

}  // namespace sleipnir::api
