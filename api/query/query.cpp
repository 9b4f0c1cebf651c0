#include "api/query/query.h"

#include <algorithm>

#include "api/http/split.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

/// Calls `f` with each item of `a, b ,c` that is not empty, blanks trimmed.
template <class F>
void each_item(std::string_view list, F&& f) {
  each_part(list, ',', [&](std::string_view part) {
    if (const auto item = trim_space(part); !item.empty()) f(item);
  });
}

}  // namespace

Query::Query(Service& service, Tenants tenants, const Request& request) : service_(service), tenants_(std::move(tenants)), request_(request), memory_(service.query_memory.most() / 2, &service.query_memory), patience_(request.cancellation) {
  if (tenants_.several()) several_.emplace(service.source, tenants_.ids);
  ++service.queries.running;
  if (const auto wanted = request.param("explain"); wanted == "1" || wanted == "true") explain_.emplace(plain_source());
  if (request.cancellation != nullptr && limits().query_timeout > 0)
    request.cancellation->deadline = begun_ + std::chrono::nanoseconds(limits().query_timeout);
}

Query::~Query() {
  QueryMetrics& metrics = service_.queries;
  --metrics.running;
  metrics.rows += stats_.rows;
  metrics.bytes += stats_.bytes;
  metrics.durations.observe("class=\"" + std::string(class_) + "\"", seconds());
}

logql::QueryContext Query::context() {
  return {.source = &source(), .tenant = tenant(), .limits = &limits(), .cancellation = request_.cancellation, .stats = &stats_, .memory = &memory_, .partial_series = from_drilldown(request_)};
}

std::string explain_member(Query& query, const logql::Expr& expr, uint64_t returned) {
  std::string out;
  if (const Explain* explain = query.explain()) explain->append(out = ",\"explain\":", logql::print(expr), query.stats(), returned);
  return out;
}

std::vector<std::string> encoding_flags(const Request& request) {
  std::vector<std::string> flags;
  each_item(request.header("X-Loki-Response-Encoding-Flags"), [&](std::string_view flag) {
    if (std::find(flags.begin(), flags.end(), flag) == flags.end()) flags.emplace_back(flag);
  });
  return flags;
}

bool from_drilldown(const Request& request) {
  bool found = false;
  each_item(request.header("X-Query-Tags"), [&](std::string_view tag) { found = found || to_lower(tag) == "source=grafana-lokiexplore-app"; });
  return found;
}

Result<void> run_log_query(Query& query, const logql::LogExpr& log, const RangeParameters& p, const logql::LogSink& sink) {
  const logql::LogQuery run{.start = p.time.start, .end = p.time.end, .direction = p.direction, .limit = p.limit, .interval = p.interval};
  return logql::run_logs(log, run, query.context(), sink);
}

}  // namespace sleipnir::api
