#pragma once
#include <optional>
#include <string>
#include <vector>

#include "logql/template/node.h"

namespace sleipnir::logql::gotemplate {

struct Uses {
  std::optional<std::vector<std::string>> labels;  ///< sorted; nullopt where any may be read
  bool line = false, time = false;                  ///< the line; its timestamp, or the clock
};
/// What the trees, executed from `name` on, read of a row.
Uses find_uses(const Trees& trees, std::string_view name);

}  // namespace sleipnir::logql::gotemplate
