// GET|POST /loki/api/v1/query_range (http-api.md §1)
#include <algorithm>

#include "api/query/encode.h"
#include "api/query/encode_stats.h"
#include "api/handlers.h"
#include "api/query/query.h"
#include "api/query/seen_elsewhere.h"

namespace sleipnir::api {
namespace {

constexpr uint64_t kMostAnswerBytes = 1 << 30;  // an answer is held until its streams are complete

void answer_streams(Response& response, StreamsEncoder& encoder, const std::vector<std::string>& flags, const std::vector<std::string>& warnings, Query& query, const logql::Expr& expr) {
  const uint64_t entries = encoder.entries();
  response.content_type = kJson;
  auto& body = response.body;
  std::string& head = body_piece(body);
  append_warnings(head += R"({"status":"success",)", warnings, false);
  head += R"("data":{"resultType":"streams",)";
  if (!flags.empty()) {
    append_strings(head += "\"encodingFlags\":", flags);
    head += ',';
  }
  head += "\"result\":";
  encoder.finish(body);
  query.end_stage("encode");
  std::string& tail = body_piece(body);
  append_stats(tail += ",\"stats\":", query.stats(), query.seconds(), entries, explain_member(query, expr, entries));
  tail += "}}\n";
}

/// Out of time, but not with empty hands: part of the answer serves better than none. Loki refuses, and so does --strict.
std::string warning_of(const Error& error, Query& query, const RangeParameters& p, uint64_t entries) {
  if (error.kind != ErrorKind::kTimeout || query.strict() || entries == 0) return {};
  return std::string("the query ran out of time (query_timeout ") + format_go_duration(query.limits().query_timeout) + "): these are the " + std::to_string(entries) +
         (p.direction == Direction::kBackward ? " newest" : " oldest") + " lines that it found; ask for less time or match fewer streams";
}

Result<void> log_query(Query& query, const logql::Expr& expr, RangeParameters p, const Request& request, Response& response) {
  const auto flags = encoding_flags(request);
  std::vector<std::string> warnings;
  StreamsEncoder encoder(std::find(flags.begin(), flags.end(), "categorize-labels") != flags.end());
  if (clamp_lookback(p.time, query.limits(), now())) {
    Result<void> held;
    auto done = run_log_query(query, std::get<logql::LogExpr>(expr.v), p, [&](const logql::LogRow& row) {
      encoder.add(row);
      held = query.hold_answer(encoder.memory());
      return held.ok() && encoder.bytes() < kMostAnswerBytes;
    });
    if (!held) return held;
    if (!done) {
      warnings.push_back(warning_of(done.error(), query, p, encoder.entries()));
      if (warnings.back().empty()) return done;
    }
    if (done && encoder.entries() == 0 && !query.strict()) warnings = seen_elsewhere(query, std::get<logql::LogExpr>(expr.v), p.time);
    if (encoder.bytes() >= kMostAnswerBytes) return Error{ErrorKind::kLimit, "the answer is larger than 1 GiB: lower the limit, or ask for less time"};
  }
  query.end_stage("run");
  answer_streams(response, encoder, flags, warnings, query, expr);
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
  query.end_stage("run");
  uint64_t samples = 0;
  for (const auto& series : result.series) samples += series.samples.size();
  answer_metric(response, result, MetricForm::kMatrix, query.stats(), query.seconds(), explain_member(query, metric, samples));
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
  query.end_stage("parse");
  query.set_class(expr.is_log() ? "logs" : "metrics");
  if (expr.is_log()) return log_query(query, expr, *parameters, request, response);
  return metric_query(query, expr, *parameters, response);
}

}  // namespace sleipnir::api
