// GET|POST /loki/api/v1/patterns (http-api.md §6.4)
#include "api/encode.h"
#include "api/handlers.h"
#include "api/pattern_miner.h"
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

}  // namespace

Result<void> patterns(Query& query, const Request& request, Response& response) {
  if (!query.limits().pattern_ingester_enabled) {
    answer_text(response, 404, "404 page not found");
    return {};
  }
  auto parameters = read_range_parameters(request, now());
  if (!parameters) return parameters.error();
  auto parsed = logql::parse(request.param("query"), query.parse_options());
  if (!parsed) return parsed.error();
  if (auto ok = check_query(**parsed, query.limits(), 0, parameters->time); !ok) return ok;
  const auto logs = shape_of(**parsed).logs;
  PatternMiner miner;
  if (!logs.empty() && clamp_lookback(parameters->time, query.limits(), now())) {
    RangeParameters newest = *parameters;
    newest.direction = Direction::kBackward;
    newest.limit = kMostLines;
    newest.interval = 0;
    const Nanos step = std::max(newest.step, kLeastStep);
    auto done = run_log_query(query, *logs.front(), newest, [&](const logql::LogRow& row) {
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
