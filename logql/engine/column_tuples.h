#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "logql/engine/column_plan.h"
#include "logql/engine/column_rows.h"
#include "logql/engine/group_codes.h"

namespace sleipnir::logql {

/// Numbers the distinct tuples of values that some labels have in the rows of a batch. One thread; the plan must outlive it.
class ColumnTuples {
 public:
  explicit ColumnTuples(const ColumnPlan& columns) : columns_(columns) {}

  /// Puts the number of each of the rows into `numbers`, which has a place for each row of the batch. Returns a row of each number, until the next call.
  const std::vector<uint32_t>& find(const ColumnRows& at, const ColumnPlan::Tuple& tuple, std::span<uint32_t> numbers);

  /// nullopt: the row has no such label.
  std::optional<std::string_view> value(const ColumnRows& at, uint32_t row, size_t name) const;

 private:
  uint32_t number(const ColumnRows& at, const ColumnPlan::Tuple& tuple, std::span<uint32_t> numbers);
  static uint32_t number_pairs(const ColumnRows& at, size_t tuple, std::span<uint32_t> numbers);

  const ColumnPlan& columns_;
  GroupCodes group_codes_;
  std::vector<uint32_t> dense_, first_rows_;
};

}  // namespace sleipnir::logql
