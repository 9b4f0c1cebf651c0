// GET|POST /loki/api/v1/query_range (http-api.md §1)
#include <algorithm>

#include "api/encode.h"
#include "api/encode_stats.h"
#include "api/handlers.h"
#include "api/query.h"

namespace sleipnir::api {
namespace {

constexpr uint64_t kMostAnswerBytes = 1 << 30;  // an answer is held until its streams are complete

void answer_streams(Response& response, StreamsEncoder& encoder, const std::vector<std::string>& flags, const ScanStats& stats, double seconds) {
  const uint64_t entries = encoder.entries();
  response.content_type = kJson;
  auto& body = response.body;
  std::string& head = body_piece(body);
  head += R"({"status":"success","data":{"resultType":"streams",)";
  if (!flags.empty()) {
    append_strings(head += "\"encodingFlags\":", flags);
    head += ',';
  }
  head += "\"result\":";
  encoder.finish(body);
  std::string& tail = body_piece(body);
  append_stats(tail += ",\"stats\":", stats, seconds, entries);
  tail += "}}\n";
}

Result<void> log_query(Query& query, const logql::LogExpr& log, RangeParameters p, const Request& request, Response& response) {
  const auto flags = encoding_flags(request);
  StreamsEncoder encoder(std::find(flags.begin(), flags.end(), "categorize-labels") != flags.end());
  if (clamp_lookback(p.time, query.limits(), now())) {
    auto done = run_log_query(query, log, p, [&](const logql::LogRow& row) {
      encoder.add(row);
      return encoder.bytes() < kMostAnswerBytes;
    });
    if (!done) return done;
    if (encoder.bytes() >= kMostAnswerBytes) return Error{ErrorKind::kLimit, "the answer is larger than 1 GiB: lower the limit, or ask for less time"};
  }
  answer_streams(response, encoder, flags, query.stats(), query.seconds());
  return {};
}

Result<void> metric_query(Query& query, const logql::Expr& metric, RangeParameters p, Response& response) {
  logql::MetricResult result;
  if (clamp_lookback(p.time, query.limits(), now())) {
    const Nanos step = std::max(p.step / kMillisecond, Nanos{1}) * kMillisecond;
    const TimeRange time = query.limits().split_queries_by_interval != 0 ? align(p.time, step) : p.time;
    auto run = logql::run_metric(metric, {.start = time.start, .end = time.end, .step = step}, query.context());
    if (!run) return run.error();
    result = std::move(*run);
  }
  answer_metric(response, result, MetricForm::kMatrix, query.stats(), query.seconds());
  return {};
}

}  // namespace

Result<void> query_range(Query& query, const Request& request, Response& response) {
  auto parameters = read_range_parameters(request, now());
  if (!parameters) return parameters.error();
  auto parsed = logql::parse(request.param("query"), query.parse_options());
  if (!parsed) return parsed.error();
  const logql::Expr& expr = **parsed;
  if (auto ok = check_query(expr, query.limits(), expr.is_log() ? parameters->limit : 0, parameters->time); !ok) return ok;
  if (expr.is_log()) return log_query(query, std::get<logql::LogExpr>(expr.v), *parameters, request, response);
  return metric_query(query, expr, *parameters, response);
}

}  // namespace sleipnir::api
