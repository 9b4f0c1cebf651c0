#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "base/scan.h"
#include "logql/engine/column_scan.h"
#include "logql/engine/fixed_labels.h"
#include "logql/engine/memory_budget.h"
#include "logql/engine/range_function.h"
#include "logql/engine/range_pipeline.h"
#include "logql/engine/row_series.h"
#include "logql/engine/samples.h"

namespace sleipnir::logql {

/// A query that makes more series than this is refused rather than left to exhaust memory.
inline constexpr size_t kMaxSeries = 4'000'000;

/// Turns the rows of a scan into samples of a range function: on columns as far as they decide, else row by row through the pipeline. One
/// thread; all arguments must outlive it. Not to be moved.
class RangeScan {
 public:
  RangeScan(const RangePipeline& pipeline, const Windows& windows, std::unique_ptr<RangeFunction> function, const Cancellation* cancellation,
            MemoryBudget* memory);
  RangeScan(const RangeScan&) = delete;

  /// Errors: a pipeline error that the query did not ask to keep, too many series or too much memory, those of the batch,
  /// kCancelled, kTimeout.
  Result<void> add(Batch& batch);
  /// Adds counted rows, by `edges` of the windows. For a pipeline that looks at no line and sums rows or bytes. Errors: as above.
  Result<void> add(const std::vector<Counted>& counted, const std::vector<Nanos>& edges);
  /// Takes over what another scan has found, of later rows where order matters.
  Result<void> absorb(RangeScan& later);

  const RowSeries& series() const { return rows_; }
  RangeFunction& function() { return *function_; }

 private:
  void find_slots(Batch& batch);
  Result<void> decide(Batch& batch);
  void run(Batch& batch, size_t row);
  Result<void> give(std::span<const Nanos> timestamps, std::span<const double> values);
  Result<void> check_new_series();

  const RangePipeline& pipeline_;
  const Windows& windows_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<RangeFunction> function_;
  RowSeries rows_;
  std::optional<FixedLabels> fixed_;
  std::optional<ColumnScan> columns_;
  Samples samples_;
  std::vector<uint32_t> rows_of_batch_;
  size_t checked_ = 0;  // series known not to fail the query
  BudgetShare memory_;
  Poll poll_;
};

}  // namespace sleipnir::logql
