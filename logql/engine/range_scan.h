#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "base/scan.h"
#include "logql/engine/column_scan.h"
#include "logql/engine/fixed_labels.h"
#include "logql/engine/range_function.h"
#include "logql/engine/range_pipeline.h"
#include "logql/engine/row_series.h"
#include "logql/engine/samples.h"

namespace sleipnir::logql {

/// A query that makes more series than this is refused rather than left to exhaust memory.
inline constexpr size_t kMaxSeries = 4'000'000;

/// Turns the rows of a scan into samples of a range function: on columns as far as they decide, else row by row through the pipeline. One
/// thread; `pipeline` and `windows` must outlive it. Not to be moved.
class RangeScan {
 public:
  RangeScan(const RangePipeline& pipeline, const Windows& windows, std::unique_ptr<RangeFunction> function);
  RangeScan(const RangeScan&) = delete;

  /// Errors: a pipeline error that the query did not ask to keep, too many series, those of the batch.
  Result<void> add(Batch& batch);
  /// Adds counted rows, by `edges` of the windows. For a pipeline that looks at no line and sums rows or bytes. Errors: as above.
  Result<void> add(const std::vector<Counted>& counted, const std::vector<Nanos>& edges);
  /// Takes over what another scan has found, of later rows where order matters.
  Result<void> absorb(RangeScan& later);

  const RowSeries& series() const { return rows_; }
  RangeFunction& function() { return *function_; }

 private:
  Result<void> decide(Batch& batch);
  void run(Batch& batch, size_t row);
  Result<void> check_new_series();

  const RangePipeline& pipeline_;
  const Windows& windows_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<RangeFunction> function_;
  RowSeries rows_;
  std::optional<FixedLabels> fixed_;
  std::optional<ColumnScan> columns_;
  Samples samples_;
  std::vector<RangeRow> passed_;
  size_t checked_ = 0;  // series known not to fail the query
};

}  // namespace sleipnir::logql
