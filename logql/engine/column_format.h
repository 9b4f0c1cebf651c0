#pragma once
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logql/engine/column_plan.h"
#include "logql/engine/column_rows.h"
#include "logql/engine/column_tuples.h"
#include "logql/engine/poll.h"

namespace sleipnir::logql {

/// A `label_format` on columns: it runs once a distinct tuple of the labels that it reads. One thread; the arguments must outlive it.
class ColumnFormat {
 public:
  ColumnFormat(const ColumnPlan& columns, const ColumnPlan::Format& format) : columns_(columns), format_(format), tuples_(columns), runner_(format.pipeline->runner()) {}

  /// Makes the columns of the labels that it sets or removes, and puts them into `at`. Rows in which it fails are taken out of it. `batch_rows`: how many rows
  /// the batch has.
  void run(ColumnRows& at, size_t batch_rows, Poll& poll);

 private:
  struct Made {
    uint32_t code(std::string_view text);

    Column column;
    std::vector<uint32_t> codes, of_tuple;
    std::unordered_map<std::string, uint32_t> known;
    std::vector<std::string_view> dictionary;  // keys of `known`
  };
  void run_tuple(const ColumnRows& at, uint32_t row, Poll& poll);

  const ColumnPlan& columns_;
  const ColumnPlan::Format& format_;
  ColumnTuples tuples_;
  std::unique_ptr<Runner> runner_;
  std::vector<uint32_t> numbers_;  // by row
  std::deque<Made> made_;          // by output
};

}  // namespace sleipnir::logql
