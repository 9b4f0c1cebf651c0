#pragma once
#include <optional>

#include "base/scan.h"
#include "logql/engine/line_test.h"
#include "logql/engine/pair_cache.h"
#include "logql/engine/plan.h"
#include "logql/engine/poll.h"
#include "logql/engine/row_series.h"
#include "logql/engine/samples.h"

namespace sleipnir::logql {

/// Decides rows whose labels follow from their stream and metadata (RangePlan::fixed_labels): labels go through the pipeline once a pair,
/// lines only through the line filters. One thread; all arguments must outlive it.
class FixedLabels {
 public:
  /// `labels` is the pipeline without its line filters.
  FixedLabels(const RangePlan& plan, const Pipeline& labels, const LineFilters& lines, RowSeries& series)
      : plan_(plan), series_(series), runner_(labels.runner()), lines_(lines) {}

  /// Decides every open row of the batch. Errors: those of the poll.
  Result<void> decide(Batch& batch, Samples& samples, Poll& poll);

  /// The series of rows of a pair; nullopt where none passes. For plans without line filters.
  std::optional<uint32_t> series_of(const Stream& stream, const LabelSet& metadata);

 private:
  /// Of a pair; known once it has a row: a pair without rows makes no series, and no error.
  struct Outcome {
    bool known = false, passes = false;
    double value = 1;
    std::optional<uint32_t> series;  // once a line passed
  };

  const RangePlan& plan_;
  RowSeries& series_;
  std::unique_ptr<Runner> runner_;
  LineTest lines_;
  PairCache<Outcome> outcomes_;
};

}  // namespace sleipnir::logql
