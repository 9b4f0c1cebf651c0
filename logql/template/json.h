#pragma once
#include <string_view>

#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// A JSON text as Go's encoding/json decodes it into any: numbers are float64, of equal keys the last counts, invalid UTF-8 and lone
/// surrogates become U+FFFD. Invalid JSON, and such as nests deeper than 1,000 levels, is nil. O(n).
Value parse_json(std::string_view text, Arena& arena);

}  // namespace sleipnir::logql::gotemplate
