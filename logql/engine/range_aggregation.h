#pragma once
#include "logql/engine/engine.h"
#include "logql/engine/series.h"
#include "logql/engine/vector_aggregation.h"

namespace sleipnir::logql {

/// Evaluates a range aggregation at all steps with one scan over the time that their windows span. `outer`: see plan_range().
/// Series come sorted by labels; with `best` those that a selection of the best cannot take are left out. Memory, within the budget: partial
/// results per series and slot; values for quantile_over_time; never rows.
Result<Vector> evaluate_range(const RangeAggregation& aggregation, const VectorAggregation* outer, const Steps& steps, const QueryContext& context,
                              MemoryBudget& memory, const std::optional<Best>& best = {});

/// Labels of absent_over_time: the equality matchers whose name occurs in no other matcher.
LabelSet absent_labels(const std::vector<Matcher>& matchers);

}  // namespace sleipnir::logql
