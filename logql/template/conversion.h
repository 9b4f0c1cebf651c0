#pragma once
#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// What functions with numeric arguments make of any value: numbers as they are, text parsed, bool 0 or 1, all else 0
/// (specification template.md §4.3).
int64_t to_integer(const Value& v);
double to_float(const Value& v);

}  // namespace sleipnir::logql::gotemplate
