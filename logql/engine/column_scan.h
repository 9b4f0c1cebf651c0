#pragma once
#include <span>
#include <string>
#include <vector>

#include "base/scan.h"
#include "logql/engine/column_plan.h"
#include "logql/engine/group_codes.h"
#include "logql/engine/line_test.h"
#include "logql/engine/pair_cache.h"
#include "logql/engine/row_series.h"
#include "logql/engine/samples.h"
#include "logql/engine/value_test.h"

namespace sleipnir::logql {

/// Decides rows of batches on columns: a filter once a dictionary entry, a series once a distinct tuple of codes, a name's category once
/// a (stream, metadata) pair. Rows that it cannot decide, or that fail, stay open. One thread; all arguments must outlive it.
class ColumnScan {
 public:
  ColumnScan(const ColumnPlan& columns, const RangePlan& plan, const LineFilters& lines, RowSeries& series);

  /// Decides open rows of the batch, as far as it can. Errors: those of Batch::column.
  Result<void> decide(Batch& batch, Samples& samples);

 private:
  /// What rows of one stream and metadata set have in common.
  struct Base {
    bool open = false;                    // the pipeline decides
    std::vector<uint8_t> parsed;          // by name: the label comes from the line
    std::vector<std::string_view> values; // by name, unless parsed
    std::vector<Answer> answers;          // by test, unless its name is parsed
    Answer unwrap = Answer::kFail;        // unless its name is parsed
    double unwrapped = 0;
    std::string group;                    // tells pairs with different values of grouping labels apart
  };
  enum class Parsed { kNone, kSome, kAll };

  Base make_base(const Stream& stream, const LabelSet& metadata);
  bool in_line(uint32_t pair, size_t name) { return bases_.at(pair).parsed[name]; }
  void choose_rows(Batch& batch, const Samples& samples);
  Result<void> read_columns(Batch& batch);
  Result<void> read_column(Batch& batch, size_t field);
  void leave_open_rows();
  void leave_undecided(const Column& column, size_t name);
  void leave_errors(size_t test);
  void filter(const std::vector<ColumnPlan::Condition>& conditions, Samples& samples);
  void keep(const std::vector<Answer>& answers, Samples& samples);
  std::vector<Answer> answers_of(const ColumnPlan::Condition& condition);
  std::vector<Answer> answers_of_test(size_t test);
  std::vector<Answer> answers_of_numbers(const ColumnPlan::Test& test, const Column& column);
  void unwrap(Samples& samples);
  void filter_lines(Batch& batch, Samples& samples);
  void find_series(Samples& samples);
  uint32_t series_of(uint32_t row);

  const ColumnPlan& columns_;
  const RangePlan& plan_;
  RowSeries& series_;
  std::vector<ValueTest> tests_;
  std::optional<ValueTest> unwrap_;
  LineTest lines_;
  PairCache<Base> bases_;

  // Of the current batch.
  std::vector<uint32_t> rows_;            // not decided yet, and decidable
  std::vector<uint32_t> pairs_;           // by row
  std::vector<Parsed> parsed_;            // by name
  std::vector<const Column*> read_;       // by field; nullptr: not needed, or not to be had
  std::vector<uint8_t> closed_pairs_;     // by pair: no column is missing
  GroupCodes group_codes_;
  std::vector<std::optional<std::string_view>> key_;
};

}  // namespace sleipnir::logql
