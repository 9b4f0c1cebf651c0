#include "api/query/seen_elsewhere.h"

#include <algorithm>

#include "logql/stages/pipeline.h"

namespace sleipnir::api {
namespace {

constexpr auto kPatience = std::chrono::milliseconds(200);  // the answer waits for this
constexpr size_t kLeastIdBytes = 6;                         // shorter ones, such as a status, are everywhere

bool looks_like_id(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= kLeastIdBytes && text.find(' ') == std::string_view::npos && std::any_of(text.begin(), text.end(), is_digit);
}

/// The id that every row must have; nullptr where there is none.
const std::string* id_of(const Predicate& where) {
  using Kind = Predicate::Kind;
  switch (where.kind) {
    case Kind::kAnd:
      for (const Predicate& child : where.children)
        if (const std::string* id = id_of(child)) return id;
      return nullptr;
    case Kind::kField:
    case Kind::kMetadata:
      return where.compare == Predicate::Compare::kEqual && looks_like_id(where.text) ? &where.text : nullptr;
    case Kind::kLineContains: return looks_like_id(where.text) ? &where.text : nullptr;
    default: return nullptr;
  }
}

/// Time of the first row in the direction; nullopt where there is none, or none was found in time.
std::optional<Nanos> first_row(const logql::LogExpr& log, const TimeRange& time, Direction direction, const logql::QueryContext& context) {
  std::optional<Nanos> found;
  const auto done = logql::run_logs(log, {.start = time.start, .end = time.end, .direction = direction, .limit = 1}, context, [&](const logql::LogRow& row) {
    found = row.timestamp;
    return false;
  });
  return done ? found : std::nullopt;
}

}  // namespace

std::vector<std::string> seen_elsewhere(Query& query, const logql::LogExpr& log, const TimeRange& asked) {
  const auto pipeline = logql::Pipeline::compile(log.stages);
  if (!pipeline) return {};
  const Predicate where = (*pipeline)->predicate();
  const std::string* id = id_of(where);
  if (id == nullptr) return {};

  Cancellation patience;
  patience.deadline = std::chrono::steady_clock::now() + kPatience;
  ScanStats unasked;  // what the client asked for has cost what it has cost
  logql::QueryContext context = query.context();
  context.cancellation = &patience;
  context.stats = &unasked;

  std::vector<std::string> out;
  const auto look = [&](TimeRange time, Direction direction, std::string_view when, std::string_view side) {
    if (!clamp_lookback(time, query.limits(), now()) || time.start >= time.end) return;
    if (const auto seen = first_row(log, time, direction, context))
      out.push_back("\"" + *id + "\" was " + std::string(when) + " seen at " + format_rfc3339(*seen, true) + ", " + std::string(side) + " the time that was asked for");
  };
  look({.start = INT64_MIN, .end = asked.start}, Direction::kBackward, "last", "before");
  look({.start = asked.end, .end = INT64_MAX}, Direction::kForward, "next", "after");
  return out;
}

}  // namespace sleipnir::api
