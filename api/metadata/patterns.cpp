// GET|POST /loki/api/v1/patterns (http-api.md §6.4)
#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/metadata/pattern_miner.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

// Patterns are mined when they are asked for. What is newer than the bound is enough to see what the lines look like.
constexpr uint64_t kMostLines = 200'000;
constexpr double kMostSeconds = 5;
constexpr Nanos kLeastStep = 10 * kSecond;
constexpr size_t kMostPatterns = 1000;

Nanos floor_to(Nanos time, Nanos step) { return time - ((time % step) + step) % step; }

void append_pattern(std::string& out, const MinedPattern& pattern) {
  append_json_string(out += "{\"pattern\":", pattern.text);
  append_json_string(out += ",\"level\":", pattern.level);
  out += ",\"samples\":";
  char separator = '[';
  for (const auto& [time, lines] : pattern.counts) {
    out += separator;
    out += '[' + std::to_string(time / kSecond) + ',' + std::to_string(lines) + ']';
    separator = ',';
  }
  out += "]}";
}

void answer_patterns(Response& response, const std::vector<MinedPattern>& patterns) {
  response.content_type = kJson;
  body_piece(response.body) += "{\"status\":\"success\",\"data\":[";
  for (size_t i = 0; i < std::min(patterns.size(), kMostPatterns); ++i) {
    std::string& out = body_piece(response.body);
    if (i > 0) out += ',';
    append_pattern(out, patterns[i]);
  }
  body_piece(response.body) += "]}\n";
}

/// The newest lines of the range. Unlike a query, it may end before it starts.
Result<RangeParameters> read(const Request& request) {
  RangeParameters p{.limit = kMostLines};
  auto time = read_time_range(request, now());
  if (!time) return time.error();
  p.time = *time;
  auto step = parse_step(request.param("step"), default_step(p.time));
  if (!step) return step.error();
  p.step = *step;
  if (auto ok = check_resolution(p.time, p.step); !ok) return ok.error();
  return p;
}

}  // namespace

Result<void> patterns(Query& query, const Request& request, Response& response) {
  if (!query.limits().pattern_ingester_enabled) {
    answer_text(response, 404, "404 page not found");
    return {};
  }
  auto asked = read(request);
  if (!asked) return asked.error();
  auto parsed = logql::parse(request.param("query"), query.parse_options());
  if (!parsed) return parsed.error();
  const auto logs = shape_of(**parsed).logs;
  PatternMiner miner;
  if (!logs.empty() && asked->time.start <= asked->time.end && clamp_lookback(asked->time, query.limits(), now())) {
    const Nanos step = std::max(asked->step, kLeastStep);
    auto done = run_log_query(query, *logs.front(), *asked, [&](const logql::LogRow& row) {
      const std::string* level = row.labels->find("detected_level");
      miner.add(row.line, level != nullptr ? *level : "unknown", floor_to(row.timestamp, step));
      return query.seconds() < kMostSeconds;
    });
    if (!done) return done;
  }
  answer_patterns(response, miner.finish());
  return {};
}

}  // namespace sleipnir::api
