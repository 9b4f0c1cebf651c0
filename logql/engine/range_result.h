#pragma once
#include <optional>

#include "logql/engine/best_series.h"
#include "logql/engine/memory_budget.h"
#include "logql/engine/range_scan.h"
#include "logql/engine/series.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// What is done with the series of a range aggregation by those around it.
struct RangeUse {
  const VectorAggregation* groups = nullptr;   ///< groups the rows; see groups_rows()
  const VectorAggregation* reduces = nullptr;  ///< aggregates what comes out; nullptr: series are wanted as they are
  std::optional<Best> best;                    ///< a selection over all series, where nothing is reduced
};

/// Turns what a scan has found into series, sorted by labels; what the range function held is given up. Label sets are made only of series that are
/// handed on. Errors: too much memory, those of the poll.
Result<Vector> take_series(RangeScan& scan, const RangeUse& use, uint32_t steps, const Cancellation* cancellation, MemoryBudget& memory);

}  // namespace sleipnir::logql
