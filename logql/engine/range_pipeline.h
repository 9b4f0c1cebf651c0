#pragma once
#include <memory>
#include <optional>

#include "logql/engine/column_plan.h"
#include "logql/engine/line_test.h"
#include "logql/engine/plan.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// A range aggregation's pipeline in the forms in which it may run. Immutable, shared by threads.
struct RangePipeline {
  RangePlan plan;
  std::shared_ptr<const Pipeline> rows;    ///< all of it, row by row
  LineFilters lines;                       ///< of `labels` and `columns`
  std::shared_ptr<const Pipeline> labels;  ///< without line filters, where labels follow from stream and metadata; else nullptr
  std::optional<ColumnPlan> columns;       ///< where columns can decide

  /// Counts of rows and bytes a (stream, metadata set) are enough.
  bool counts_suffice() const { return !plan.reads_lines && plan.fixed_labels && plan.value != RangePlan::Value::kUnwrapped; }

  /// Errors: those of Pipeline::compile.
  static Result<RangePipeline> compile(RangePlan plan, const std::optional<Unwrap>& unwrap, const InSets& in_sets);
};

}  // namespace sleipnir::logql
