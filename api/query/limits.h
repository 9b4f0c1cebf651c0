#pragma once
#include <vector>

#include "api/http/parameters.h"
#include "base/limits.h"
#include "base/result.h"
#include "logql/syntax/ast.h"

namespace sleipnir::api {

/// Every selector and every range of a query, legs of binary operations and `in (…)` subqueries included.
struct QueryShape {
  std::vector<const logql::LogExpr*> logs;
  std::vector<const logql::LogRange*> ranges;
};
QueryShape shape_of(const logql::Expr& query);

/// What the limits refuse before anything runs, in Loki's order and texts (http-api.md §0.7, §14).
/// `entries` is the requested limit of a log query, 0 for metric queries.
Result<void> check_query(const logql::Expr& query, const Limits& limits, uint64_t entries, const TimeRange& time);

/// max_query_length alone, for what asks of streams and not of lines.
Result<void> check_length(const TimeRange& time, const Limits& limits);

/// max_query_lookback: moves the start. False when nothing of the range is left: the answer is empty.
bool clamp_lookback(TimeRange& time, const Limits& limits, Nanos now);

}  // namespace sleipnir::api
