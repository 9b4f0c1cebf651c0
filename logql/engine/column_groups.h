#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "logql/engine/column_plan.h"
#include "logql/engine/column_rows.h"
#include "logql/engine/column_tuples.h"
#include "logql/engine/row_series.h"
#include "logql/engine/samples.h"

namespace sleipnir::logql {

/// Finds the series of rows from columns: each tuple of grouping labels is looked up once a batch. One thread; the arguments must outlive it.
class ColumnGroups {
 public:
  ColumnGroups(const ColumnPlan& columns, RowSeries& series) : columns_(columns), series_(series), tuples_(columns) {}

  /// Puts the series of each of these rows into the samples, which are in then.
  void find(const ColumnRows& at, Samples& samples);

 private:
  const ColumnPlan& columns_;
  RowSeries& series_;
  ColumnTuples tuples_;
  std::vector<uint32_t> found_;                          // by number of a tuple
  std::vector<std::optional<std::string_view>> values_;  // of all tuples
};

}  // namespace sleipnir::logql
