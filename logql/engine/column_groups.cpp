#include "logql/engine/column_groups.h"

namespace sleipnir::logql {

/// The series of all tuples are looked up together.
void ColumnGroups::find(const ColumnRows& at, Samples& samples) {
  const std::vector<uint32_t>& first_rows = tuples_.find(at, columns_.group, std::span(samples.series).first(samples.state.size()));
  values_.clear();
  for (const uint32_t row : first_rows)
    for (size_t name : columns_.group.names) values_.push_back(tuples_.value(at, row, name));
  found_.resize(first_rows.size());
  series_.of(values_, found_);
  for (const uint32_t row : at.rows) {
    samples.series[row] = found_[samples.series[row]];
    samples.state[row] = Samples::State::kIn;
  }
}

}  // namespace sleipnir::logql
