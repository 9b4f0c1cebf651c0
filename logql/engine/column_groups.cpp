#include "logql/engine/column_groups.h"

#include <algorithm>
#include <unordered_map>

#include "logql/engine/code_answers.h"

namespace sleipnir::logql {

/// The series of each group is looked up once, all of them together.
void ColumnGroups::find(const ColumnRows& at, Samples& samples) {
  constexpr uint32_t kNone = UINT32_MAX, kSought = UINT32_MAX - 1;
  series_of_group_.assign(number(at, samples), kNone);
  first_rows_.clear();
  for (const uint32_t row : at.rows) {
    uint32_t& series = series_of_group_[samples.series[row]];
    if (series != kNone) continue;
    series = kSought;
    first_rows_.push_back(row);
  }
  values_.clear();
  for (const uint32_t row : first_rows_) append_values(at, row);
  found_series_.resize(first_rows_.size());
  series_.of(values_, found_series_);
  for (size_t i = 0; i < first_rows_.size(); ++i) series_of_group_[samples.series[first_rows_[i]]] = found_series_[i];
  for (const uint32_t row : at.rows) {
    samples.series[row] = series_of_group_[samples.series[row]];
    samples.state[row] = Samples::State::kIn;
  }
}

/// Numbers the tuples of grouping values, name by name, in samples.series; returns how many numbers there may be.
uint32_t ColumnGroups::number(const ColumnRows& at, Samples& samples) {
  if (at.rows.empty()) return 0;
  uint32_t groups = number_pairs(at, samples);
  for (size_t name : columns_.group) {
    if (at.parsed[name] == ColumnRows::Parsed::kNone) continue;
    const Column& column = *at.read[name];
    const auto absent = static_cast<uint32_t>(column.dictionary.size());
    if (groups == 1 && at.parsed[name] == ColumnRows::Parsed::kAll) {
      for (const uint32_t row : at.rows) samples.series[row] = std::min(code_of(column, row), absent);
      groups = absent + 1;
      continue;
    }
    group_codes_.start(groups, absent + 1);
    for (const uint32_t row : at.rows)
      samples.series[row] = group_codes_.of(samples.series[row], at.in_line(row, name) ? std::min(code_of(column, row), absent) : absent);
    groups = group_codes_.count();
  }
  return groups;
}

uint32_t ColumnGroups::number_pairs(const ColumnRows& at, Samples& samples) {
  std::unordered_map<std::string_view, uint32_t> known;
  std::vector<uint32_t> group_of_pair;
  for (const ColumnBase* base : at.bases) group_of_pair.push_back(known.try_emplace(base->group, static_cast<uint32_t>(known.size())).first->second);
  if (known.size() == 1) std::fill_n(samples.series.begin(), samples.state.size(), 0);
  else for (const uint32_t row : at.rows) samples.series[row] = group_of_pair[at.pair_of(row)];
  return static_cast<uint32_t>(known.size());
}

void ColumnGroups::append_values(const ColumnRows& at, uint32_t row) {
  for (size_t name : columns_.group) {
    if (!at.in_line(row, name)) {
      values_.push_back(at.base_of(row).values[name]);
      continue;
    }
    const uint32_t code = code_of(*at.read[name], row);
    values_.push_back(code == Column::kAbsent ? std::nullopt : std::optional(at.read[name]->dictionary[code]));
  }
}

}  // namespace sleipnir::logql
