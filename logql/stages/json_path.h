#pragma once
// The expressions of `| json x="a.b[0]"` (logql.md §7.6).
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql::json {

/// Keys and indexes from the outside in; an index is written `[2]`.
using Path = std::vector<std::string>;

/// Parses `a.b[0]["key"]`. Errors: `syntax error: unexpected $end, expecting STRING or INDEX`, …
Result<Path> parse_path(std::string_view expression);

/// Where the labels of `| json a, b="x.y"` come from: keys alone. nullopt where an expression is wrong or looks into arrays, and where labels may meet others:
/// those of errors, two of one name, and the likes of `a_extracted`.
std::optional<std::map<std::string, Path>> key_paths(const JsonStage& stage);

}  // namespace sleipnir::logql::json
