#pragma once
// Values at given paths of a JSON text, found in one pass and as leniently as `| json x="a.b[0]"` needs (logql.md §7.6).
#include <functional>
#include <string_view>
#include <vector>

#include "logql/stages/json_path.h"
#include "logql/stages/json_scan.h"

namespace sleipnir::logql::json {

/// What find_paths reports: which path (index), its value, or an error text.
struct Found {
  size_t path;
  Value value;
  std::string_view error;
};
/// Calls `found` for each path the first time it is met, and for errors on the way. Stops at the first place that makes no sense. O(text), unless arrays
/// hold arrays that are asked for: then once more a level.
void find_paths(std::string_view text, const std::vector<Path>& paths, Arena& arena, const std::function<void(const Found&)>& found);

}  // namespace sleipnir::logql::json
