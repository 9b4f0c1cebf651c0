#pragma once
// The expressions of `| json x="a.b[0]"` (logql.md §7.6).
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sleipnir::logql::json {

/// Keys and indexes from the outside in; an index is written `[2]`.
using Path = std::vector<std::string>;

/// Parses `a.b[0]["key"]`. Errors: `syntax error: unexpected $end, expecting STRING or INDEX`, …
Result<Path> parse_path(std::string_view expression);

}  // namespace sleipnir::logql::json
