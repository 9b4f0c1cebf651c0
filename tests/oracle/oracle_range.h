#pragma once
#include <vector>

#include "logql/syntax/ast.h"
#include "oracle/oracle_rows.h"

namespace sleipnir::testing {

/// The samples of one series in one window, in order; at least one.
using Window = std::vector<const SampleRow*>;

// Of the values in a window; those of Go and Prometheus where NaN and infinities are among them.
double sum_of(const Window& window);
double average(const Window& window);
double variance(const Window& window);
double extreme(const Window& window, bool greatest);

/// What a range aggregation makes of the window (begin, end], by the definition (logql.md §9.2).
double range_value(const logql::RangeAggregation& aggregation, const Window& window, Nanos begin, Nanos end);

}  // namespace sleipnir::testing
