#include "api/rules/query.h"

#include "api/query/limits.h"
#include "logql/engine/engine.h"

namespace sleipnir::api {
namespace {

Result<std::vector<rules::VectorSample>> ask(const Limits& limits, Source& source, const std::string& tenant, const logql::Expr& query, Nanos at, Cancellation& cancellation) {
  if (query.is_log()) return Error{ErrorKind::kExecution, "rule result is not a vector or scalar"};
  if (auto ok = check_query(query, limits, 0, {at, at}); !ok) return ok.error();
  if (limits.query_timeout > 0) cancellation.deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(limits.query_timeout);
  ScanStats stats;
  auto result = logql::run_metric(query, {.start = at, .end = at}, {.source = &source, .tenant = tenant, .limits = &limits, .cancellation = &cancellation, .stats = &stats});
  if (!result) return result.error();
  std::vector<rules::VectorSample> samples;
  for (logql::Series& series : result->series)
    if (!series.samples.empty()) samples.push_back({std::move(series.labels), series.samples.back().value});
  return samples;
}

}  // namespace

rules::Query rule_query(const Config& config, Source& source) {
  return [&limits = config.limits, &source](const std::string& tenant, const logql::Expr& query, Nanos at, Cancellation& cancellation) {
    return ask(limits, source, tenant, query, at, cancellation);
  };
}

}  // namespace sleipnir::api
