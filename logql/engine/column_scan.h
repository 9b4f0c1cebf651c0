#pragma once
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "base/scan.h"
#include "logql/engine/code_answers.h"
#include "logql/engine/column_plan.h"
#include "logql/engine/group_codes.h"
#include "logql/engine/line_test.h"
#include "logql/engine/pair_cache.h"
#include "logql/engine/poll.h"
#include "logql/engine/row_series.h"
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
  using Answers = std::vector<Answer>;

  Base make_base(const Stream& stream, const LabelSet& metadata);
  uint32_t pair_of(uint32_t row) const { return pair_codes_.empty() ? 0 : pair_codes_[row]; }
  const Base& base_of(uint32_t row) const { return *bases_[pair_of(row)]; }
  bool in_line(uint32_t row, size_t name) const { return parsed_[name] == Parsed::kAll || base_of(row).parsed[name]; }

  void start(Batch& batch, const Samples& samples);
  Result<void> read_columns(Batch& batch);
  Result<void> read_column(Batch& batch, size_t field);
  void leave_open_rows();
  void leave_errors(size_t test);
  void filter(const std::vector<ColumnPlan::Condition>& conditions, Samples& samples);
  void keep(const Answers& answers, Samples& samples);
  bool all_pass(const ColumnPlan::Condition& condition) const;
  const Answers& answer(const ColumnPlan::Condition& condition, size_t depth);
  Answers& scratch(size_t depth);
  void answer_test(size_t test, Answers& answers);
  void unwrap(Samples& samples);
  Result<void> filter_lines(Batch& batch, Samples& samples);
  uint32_t find_groups(Samples& samples);
  uint32_t groups_of_pairs(Samples& samples);
  void find_series(uint32_t groups, Samples& samples);
  void append_values(uint32_t row);

  const ColumnPlan& columns_;
  const RangePlan& plan_;
  RowSeries& series_;
  std::vector<ValueTest> tests_;
  std::optional<ValueTest> unwrap_;
  LineTest lines_;
  PairCache<Base> known_bases_;

  // Of the current batch.
  Poll* poll_ = nullptr;
  std::span<Base* const> bases_;          // by pair
  std::span<const uint32_t> pair_codes_;
  std::vector<uint32_t> rows_;            // not decided yet, and decidable
  std::vector<Parsed> parsed_;            // by name
  std::vector<const Column*> read_;       // by field; nullptr: not needed, or not to be had
  std::vector<uint8_t> closed_pairs_;     // by pair: no column is missing
  GroupCodes group_codes_;
  std::vector<uint32_t> first_rows_;      // a row of each group
  std::vector<uint32_t> series_of_group_, found_series_;
  std::vector<std::optional<std::string_view>> values_;  // of first_rows_
  CodeAnswers code_answers_;
  std::vector<double> code_values_;
  std::deque<Answers> scratch_;           // of rows_, by depth in a condition
};

}  // namespace sleipnir::logql
