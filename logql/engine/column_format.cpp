#include "logql/engine/column_format.h"

#include "logql/engine/keep_rows.h"

namespace sleipnir::logql {

void ColumnFormat::run(ColumnRows& at, size_t batch_rows, Poll& poll) {
  numbers_.resize(batch_rows);
  made_.clear();
  made_.resize(format_.outputs.size());
  for (const uint32_t row : tuples_.find(at, format_.inputs, numbers_)) run_tuple(at, row, poll);
  if (!made_.empty())
    keep_rows(at.rows, [&](size_t i) { return made_[0].of_tuple[numbers_[at.rows[i]]] != Column::kUndecided; });
  for (size_t i = 0; i < made_.size(); ++i) {
    Made& made = made_[i];
    made.codes.assign(batch_rows, Column::kAbsent);
    for (const uint32_t row : at.rows) made.codes[row] = made.of_tuple[numbers_[row]];
    made.column = {made.codes, made.dictionary, {}};
    at.read[format_.outputs[i]] = &made.column;
    at.parsed[format_.outputs[i]] = ColumnRows::Parsed::kAll;
  }
}

uint32_t ColumnFormat::Made::code(std::string_view text) {
  const auto [at, is_new] = known.try_emplace(std::string(text), static_cast<uint32_t>(dictionary.size()));
  if (is_new) dictionary.push_back(at->first);
  return at->second;
}

void ColumnFormat::run_tuple(const ColumnRows& at, uint32_t row, Poll& poll) {
  static const LabelSet kNone;
  LabelSet labels;
  for (size_t name : format_.inputs.names)
    if (const auto value = tuples_.value(at, row, name)) labels.set(columns_.names[name], *value);
  ProcessedRow out;
  const bool ran = !poll.expired_by(labels.bytes()) && runner_->run(labels, kNone, 0, {}, out) && out.labels->error().empty();
  for (size_t i = 0; i < made_.size(); ++i) {
    Made& made = made_[i];
    const auto value = ran ? out.labels->find(columns_.names[format_.outputs[i]]) : std::nullopt;
    made.of_tuple.push_back(value ? made.code(*value) : ran ? Column::kAbsent : Column::kUndecided);
  }
}

}  // namespace sleipnir::logql
