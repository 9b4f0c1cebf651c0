#pragma once
// The pattern language of `| pattern` and `|>`: literal text and captures `<name>`, `<_>`.
#include <string_view>

#include "base/line_pattern.h"
#include "base/result.h"

namespace sleipnir::logql {

/// `<…>` that holds no name is literal text. Errors: `found consecutive capture '<a><b>': invalid expression`.
Result<LinePattern> parse_pattern(std::string_view text);

}  // namespace sleipnir::logql
