#include "logql/engine/column_tuples.h"

#include <algorithm>
#include <unordered_map>

#include "logql/engine/code_answers.h"

namespace sleipnir::logql {

const std::vector<uint32_t>& ColumnTuples::find(const ColumnRows& at, const ColumnPlan::Tuple& tuple, std::span<uint32_t> numbers) {
  constexpr uint32_t kNone = UINT32_MAX;
  dense_.assign(number(at, tuple, numbers), kNone);
  first_rows_.clear();
  for (const uint32_t row : at.rows) {
    uint32_t& number = dense_[numbers[row]];
    if (number == kNone) {
      number = static_cast<uint32_t>(first_rows_.size());
      first_rows_.push_back(row);
    }
    numbers[row] = number;
  }
  return first_rows_;
}

std::optional<std::string_view> ColumnTuples::value(const ColumnRows& at, uint32_t row, size_t name) const {
  if (!at.in_line(row, name)) return at.base_of(row).values[name];
  const uint32_t code = code_of(*at.read[name], row);
  if (code != Column::kAbsent) return at.read[name]->dictionary[code];
  return columns_.absent_is_empty(name) ? std::optional<std::string_view>("") : std::nullopt;
}

/// Name by name; returns how many numbers there may be.
uint32_t ColumnTuples::number(const ColumnRows& at, const ColumnPlan::Tuple& tuple, std::span<uint32_t> numbers) {
  if (at.rows.empty()) return 0;
  uint32_t groups = number_pairs(at, tuple.index, numbers);
  for (size_t name : tuple.names) {
    if (at.parsed[name] == ColumnRows::Parsed::kNone) continue;
    const Column& column = *at.read[name];
    const auto absent = static_cast<uint32_t>(column.dictionary.size());
    if (groups == 1 && at.parsed[name] == ColumnRows::Parsed::kAll) {
      for (const uint32_t row : at.rows) numbers[row] = std::min(code_of(column, row), absent);
      groups = absent + 1;
      continue;
    }
    group_codes_.start(groups, absent + 1);
    for (const uint32_t row : at.rows)
      numbers[row] = group_codes_.of(numbers[row], at.in_line(row, name) ? std::min(code_of(column, row), absent) : absent);
    groups = group_codes_.count();
  }
  return groups;
}

uint32_t ColumnTuples::number_pairs(const ColumnRows& at, size_t tuple, std::span<uint32_t> numbers) {
  std::unordered_map<std::string_view, uint32_t> known;
  std::vector<uint32_t> group_of_pair;
  for (const ColumnBase* base : at.bases) group_of_pair.push_back(known.try_emplace(base->tuples[tuple], static_cast<uint32_t>(known.size())).first->second);
  if (known.size() == 1) std::fill(numbers.begin(), numbers.end(), 0);
  else for (const uint32_t row : at.rows) numbers[row] = group_of_pair[at.pair_of(row)];
  return static_cast<uint32_t>(known.size());
}

}  // namespace sleipnir::logql
