#pragma once
#include <string>
#include <vector>

#include "api/query/query.h"

namespace sleipnir::api {

/// For a log query without an answer that asks for an id: when the same query last found a line before the asked time, and when it first finds one after it,
/// as warnings. None where it asks for no id, or nothing is found within a fraction of a second. The id is text that a line or a field must have: without blanks, of
/// six bytes or more, a digit among them.
std::vector<std::string> seen_elsewhere(Query& query, const logql::LogExpr& log, const TimeRange& asked);

}  // namespace sleipnir::api
