// GET|POST /loki/api/v1/query (http-api.md §2)
#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/query/query.h"

namespace sleipnir::api {

Result<void> query_instant(Query& query, const Request& request, Response& response) {
  auto parameters = read_instant_parameters(request, now());
  if (!parameters) return parameters.error();
  auto parsed = logql::parse(request.param("query"), query.parse_options());
  if (!parsed) return parsed.error();
  const logql::Expr& expr = **parsed;
  if (expr.is_log()) return invalid("log queries are not supported as an instant query type, please change your query to a range query type");
  TimeRange time{parameters->time, parameters->time};
  if (auto ok = check_query(expr, query.limits(), 0, time); !ok) return ok;
  query.end_stage("parse");
  query.set_class("metrics");
  logql::MetricResult result;
  if (clamp_lookback(time, query.limits(), now())) {
    auto run = logql::run_metric(expr, {.start = time.end, .end = time.end}, query.context());
    if (!run) return run.error();
    result = std::move(*run);
  }
  query.end_stage("run");
  answer_metric(response, result, result.scalar ? MetricForm::kScalar : MetricForm::kVector, query.stats(), query.seconds(), explain_member(query, expr, result.series.size()));
  return {};
}

}  // namespace sleipnir::api
