#pragma once
#include <string_view>

#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::logql {

/// Labels of the error state: `__error__`, `__error_details__`, `__preserve_error__`.
bool is_error_label(std::string_view name);
/// A series that carries an error which the query did not ask to keep makes the query fail (logql.md §7.16).
bool fails_query(const LabelSet& series);
Error pipeline_error(const LabelSet& series);

}  // namespace sleipnir::logql
