#pragma once
// The pattern language of `| pattern` and `|>`: literal text and captures `<name>`, `<_>`.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sleipnir::logql {

struct PatternNode {
  bool capture = false;
  std::string text;  ///< the literal, or the name of the capture
  bool named() const { return capture && text != "_"; }
};

/// `<…>` that holds no name is literal text. Errors: `found consecutive capture '<a><b>': invalid expression`.
Result<std::vector<PatternNode>> parse_pattern(std::string_view text);

}  // namespace sleipnir::logql
