#pragma once
#include <string_view>

#include "base/result.h"
#include "logql/template/function.h"
#include "logql/template/node.h"

namespace sleipnir::logql::gotemplate {

/// Parses `text` into its trees; the text itself is the tree `name`. Errors are Go's: `template: line:1: unexpected {{end}}`.
/// Nesting is bounded (`max expression depth exceeded`).
Result<Trees> parse(std::string_view name, std::string_view text, Dialect dialect = Dialect::kLine);

}  // namespace sleipnir::logql::gotemplate
