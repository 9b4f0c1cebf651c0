#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "api/query/explain.h"
#include "api/query/multi_tenant_source.h"
#include "api/http/parameters.h"
#include "api/query/limits.h"
#include "api/service.h"
#include "api/access/tenant.h"
#include "base/regex.h"
#include "logql/engine/engine.h"
#include "logql/syntax/parse.h"

namespace sleipnir::api {

/// One query in progress: its source (one tenant or several), its deadline, what it has read. The request outlives it.
class Query {
 public:
  Query(Service& service, Tenants tenants, const Request& request);
  /// Counts what it cost.
  ~Query();
  Query(const Query&) = delete;

  logql::ParseOptions parse_options() const { return {.strict = service_.config.strict}; }
  logql::QueryContext context();
  Source& source() { return explain_ ? explain_->source() : plain_source(); }
  const std::string& tenant() const { return tenants_.only(); }
  const Limits& limits() const { return service_.config.limits; }
  const Cancellation* cancellation() const { return request_.cancellation; }
  ScanStats& stats() { return stats_; }
  /// Where the request asks for it with `explain=1`; nullptr otherwise.
  Explain* explain() { return explain_ ? &*explain_ : nullptr; }
  void end_stage(const char* name) { if (explain_) explain_->end_stage(name); }
  /// For /metrics (metrics.h); a literal.
  void set_class(const char* name) { class_ = name; }
  /// Counts what its answer takes until now. Errors: more than the query, or all queries, may use.
  Result<void> hold_answer(uint64_t bytes) { return answer_.set(bytes); }
  bool strict() const { return service_.config.strict; }
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(); }

 private:
  Source& plain_source() { return several_ ? static_cast<Source&>(*several_) : service_.source; }

  Service& service_;
  const Tenants tenants_;
  const Request& request_;
  std::optional<MultiTenantSource> several_;
  std::optional<Explain> explain_;
  ScanStats stats_;
  logql::MemoryBudget memory_;
  logql::BudgetShare answer_{&memory_};
  const char* class_ = "discovery";
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  RegexPatience patience_;  // the query is parsed within its deadline, too
};

/// The flags of X-Loki-Response-Encoding-Flags.
std::vector<std::string> encoding_flags(const Request& request);
/// X-Query-Tags says that Logs Drilldown asks: it wants part of an answer rather than an error.
bool from_drilldown(const Request& request);

/// The `explain` member of a stats object with its comma, "" where nobody asked.
std::string explain_member(Query& query, const logql::Expr& expr, uint64_t returned);

/// Runs a checked log query into an encoder. `entries` 0 = all.
Result<void> run_log_query(Query& query, const logql::LogExpr& log, const RangeParameters& parameters, const logql::LogSink& sink);

}  // namespace sleipnir::api
