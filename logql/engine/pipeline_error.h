#pragma once
#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::logql {

/// A series that carries an error which the query did not ask to keep makes the query fail (logql.md §7.16).
bool fails_query(const LabelSet& series);
Error pipeline_error(const LabelSet& series);

}  // namespace sleipnir::logql
