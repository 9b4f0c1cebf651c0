#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "logql/engine/column_plan.h"
#include "logql/engine/column_rows.h"
#include "logql/engine/group_codes.h"
#include "logql/engine/row_series.h"
#include "logql/engine/samples.h"

namespace sleipnir::logql {

/// Finds the series of rows from columns: tuples of codes are numbered, and each is looked up once a batch. One thread; the arguments must outlive it.
class ColumnGroups {
 public:
  ColumnGroups(const ColumnPlan& columns, RowSeries& series) : columns_(columns), series_(series) {}

  /// Puts the series of each of these rows into the samples, which are in then.
  void find(const ColumnRows& at, Samples& samples);

 private:
  uint32_t number(const ColumnRows& at, Samples& samples);
  uint32_t number_pairs(const ColumnRows& at, Samples& samples);
  void append_values(const ColumnRows& at, uint32_t row);

  const ColumnPlan& columns_;
  RowSeries& series_;
  GroupCodes group_codes_;
  std::vector<uint32_t> first_rows_;  // a row of each group
  std::vector<uint32_t> series_of_group_, found_series_;
  std::vector<std::optional<std::string_view>> values_;  // of first_rows_
};

}  // namespace sleipnir::logql
