#pragma once
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/scan.h"
#include "logql/engine/code_answers.h"
#include "logql/engine/column_format.h"
#include "logql/engine/column_groups.h"
#include "logql/engine/column_plan.h"
#include "logql/engine/column_rows.h"
#include "logql/engine/line_test.h"
#include "logql/engine/pair_cache.h"
#include "logql/engine/poll.h"
#include "logql/engine/samples.h"
#include "logql/engine/value_test.h"

namespace sleipnir::logql {

/// Decides rows of batches on columns: a filter once a dictionary entry, a series once a distinct tuple of codes, a name's category once
/// a (stream, metadata) pair. Rows that it cannot decide, or that fail, stay open. One thread; all arguments must outlive it.
class ColumnScan {
 public:
  ColumnScan(const ColumnPlan& columns, const RangePlan& plan, const LineFilters& lines, RowSeries& series);

  /// Decides open rows of the batch, as far as it can. Errors: those of Batch::column, of the poll.
  Result<void> decide(Batch& batch, Samples& samples, Poll& poll);

 private:
  using Answers = std::vector<Answer>;

  ColumnBase make_base(const Stream& stream, const LabelSet& metadata);
  void start(Batch& batch, const Samples& samples);
  Result<void> read_columns(Batch& batch);
  Result<void> read_column(Batch& batch, size_t field);
  void leave_open_rows();
  void leave_errors(size_t test);
  void filter(const ColumnPlan::Condition& condition, Samples& samples);
  void keep(const Answers& answers, Samples& samples);
  bool all_pass(const ColumnPlan::Condition& condition) const;
  const Answers& answer(const ColumnPlan::Condition& condition, size_t depth);
  Answers& scratch(size_t depth);
  void answer_test(size_t test, Answers& answers);
  void unwrap(Samples& samples);
  Result<void> filter_lines(Batch& batch, Samples& samples);

  const ColumnPlan& columns_;
  const RangePlan& plan_;
  ColumnGroups groups_;
  std::vector<ValueTest> tests_;
  std::vector<std::unique_ptr<ColumnFormat>> formats_;  // by step; nullptr for conditions
  std::optional<ValueTest> unwrap_;
  LineTest lines_;
  PairCache<ColumnBase> known_bases_;

  // Of the current batch.
  Poll* poll_ = nullptr;
  ColumnRows at_;
  std::vector<uint8_t> closed_pairs_;  // by pair: no column is missing
  CodeAnswers code_answers_;
  std::vector<double> code_values_;
  std::deque<Answers> scratch_;       // of at_.rows, by depth in a condition
};

}  // namespace sleipnir::logql
