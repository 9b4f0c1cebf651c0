#pragma once
#include "logql/engine/engine.h"
#include "logql/engine/series.h"
#include "logql/engine/range_result.h"

namespace sleipnir::logql {

/// Evaluates a range aggregation at all steps with one scan over the time that their windows span. Series come sorted by labels. absent_over_time is
/// not for use by others. Memory, within the budget: partial results per series and slot; values for quantile_over_time; never rows.
Result<Vector> evaluate_range(const RangeAggregation& aggregation, const RangeUse& use, const Steps& steps, const QueryContext& context, MemoryBudget& memory);

/// Labels of absent_over_time: the equality matchers whose name occurs in no other matcher, but for those with the empty text.
LabelSet absent_labels(const std::vector<Matcher>& matchers);

}  // namespace sleipnir::logql
