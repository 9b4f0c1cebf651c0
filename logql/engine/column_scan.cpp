#include "logql/engine/column_scan.h"

#include <algorithm>

#include "logql/engine/keep_rows.h"
#include "logql/stages/compare.h"

namespace sleipnir::logql {

namespace {

using Origin = ColumnPlan::Origin;

void add_tuple(const ColumnPlan::Tuple& tuple, ColumnBase& base) {
  std::string& text = base.tuples[tuple.index];
  for (size_t name : tuple.names) {
    const auto& value = base.values[name];
    text += value ? std::to_string(value->size()) + ":" : base.parsed[name] ? "-" : "?";
    text += value.value_or("");
  }
}

bool has_undecided(const Column& column) {
  bool found = false;
  for (const uint32_t code : column.codes) found |= code == Column::kUndecided;
  return found;
}

}  // namespace

ColumnScan::ColumnScan(const ColumnPlan& columns, const RangePlan& plan, const LineFilters& lines, RowSeries& series)
    : columns_(columns), plan_(plan), groups_(columns, series), lines_(lines) {
  for (const ColumnPlan::Test& test : columns.tests) tests_.emplace_back(*test.pipeline, test.name ? columns.names[*test.name] : "");
  for (const auto& step : columns.steps) {
    const auto* format = std::get_if<ColumnPlan::Format>(&step);
    formats_.push_back(format ? std::make_unique<ColumnFormat>(columns, *format) : nullptr);
  }
  if (columns.unwrap) unwrap_.emplace(*columns.unwrap, columns.names[columns.unwrap_name]);
}

Result<void> ColumnScan::decide(Batch& batch, Samples& samples, Poll& poll) {
  poll_ = &poll;
  start(batch, samples);
  if (!poll.status().ok()) return poll.status();
  if (auto read = read_columns(batch); !read.ok()) return read;
  leave_open_rows();
  for (size_t test : columns_.early) leave_errors(test);
  for (size_t step = 0; step < formats_.size(); ++step) {
    if (formats_[step]) formats_[step]->run(at_, batch.rows(), poll);
    else filter(std::get<ColumnPlan::Condition>(columns_.steps[step]), samples);
  }
  if (unwrap_) unwrap(samples);
  for (const ColumnPlan::Condition& condition : columns_.after_unwrap) filter(condition, samples);
  if (lines_.needed() && !lines_.all_pass(batch)) {
    if (auto filtered = filter_lines(batch, samples); !filtered.ok()) return filtered;
  }
  if (!poll.status().ok()) return poll.status();
  groups_.find(at_, samples);
  if (plan_.value == RangePlan::Value::kBytes && !at_.rows.empty()) {
    const auto lengths = batch.line_lengths();
    for (const uint32_t row : at_.rows) samples.values[row] = lengths[row];
  }
  return {};
}

ColumnBase ColumnScan::make_base(const Stream& stream, const LabelSet& metadata) {
  RowLabels labels;
  labels.reset(stream.labels, metadata);
  ColumnBase base;
  base.open = !labels.error().empty() || !labels.error_details().empty() || (columns_.error_label && labels.find("__error__"));
  for (size_t name = 0; name < columns_.names.size(); ++name) {
    const Origin origin = columns_.origins[name];
    const bool has_base = origin == Origin::kBase || origin == Origin::kParser;
    base.parsed.push_back(origin == Origin::kParser && !labels.in_base(columns_.names[name]));
    base.values.push_back(has_base ? labels.find(columns_.names[name]) : std::nullopt);
  }
  for (size_t i = 0; i < columns_.tests.size(); ++i) {
    const ColumnPlan::Test& test = columns_.tests[i];
    const bool parsed = test.name && base.parsed[*test.name];
    if (parsed && test.before_parser && test.early) base.open = true;
    base.answers.push_back(tests_[i].of(test.name ? base.values[*test.name] : std::nullopt));
  }
  if (unwrap_ && !base.parsed[columns_.unwrap_name]) base.unwrap = unwrap_->of(base.values[columns_.unwrap_name], &base.unwrapped);
  base.tuples.resize(columns_.tuples);
  add_tuple(columns_.group, base);
  for (const auto& step : columns_.steps)
    if (const auto* format = std::get_if<ColumnPlan::Format>(&step)) add_tuple(format->inputs, base);
  return base;
}

void ColumnScan::start(Batch& batch, const Samples& samples) {
  at_.bases = known_bases_.of(batch.pairs(), [this](const Stream& stream, const LabelSet& metadata) {
    return poll_->expired_by(metadata.bytes()) ? ColumnBase() : make_base(stream, metadata);
  });
  at_.pair_codes = batch.pair_codes();
  samples.list(Samples::State::kOpen, at_.rows);
}

Result<void> ColumnScan::read_columns(Batch& batch) {
  const size_t names = columns_.names.size();
  at_.read.assign(columns_.fields.size(), nullptr);
  at_.parsed.assign(names, ColumnRows::Parsed::kNone);
  closed_pairs_.assign(at_.bases.size(), 1);
  if (at_.rows.empty()) return {};
  for (size_t name = 0; name < names; ++name) {
    const auto count = static_cast<size_t>(std::count_if(at_.bases.begin(), at_.bases.end(), [&](const ColumnBase* base) { return base->parsed[name]; }));
    at_.parsed[name] = count == 0 ? ColumnRows::Parsed::kNone : count == at_.bases.size() ? ColumnRows::Parsed::kAll : ColumnRows::Parsed::kSome;
    if (count == 0) continue;
    if (auto read = read_column(batch, name); !read.ok()) return read;
  }
  bool some_look_at_no_line = false;
  for (uint32_t pair = 0; pair < at_.bases.size(); ++pair) {
    const ColumnBase& base = *at_.bases[pair];
    bool looks_at_line = false;
    for (size_t name = 0; name < names; ++name) {
      looks_at_line |= base.parsed[name];
      if (base.parsed[name] && !at_.read[name]) closed_pairs_[pair] = 0;
    }
    if (base.open) closed_pairs_[pair] = 0;
    some_look_at_no_line |= !looks_at_line && closed_pairs_[pair];
  }
  // Rows that would need a missing column stay open; the others take the name from their base.
  for (size_t name = 0; name < names; ++name)
    if (!at_.read[name]) at_.parsed[name] = ColumnRows::Parsed::kNone;
  if (!some_look_at_no_line || !columns_.lines_can_fail) return {};
  if (auto read = read_column(batch, names); !read.ok()) return read;
  if (!at_.read[names]) std::fill(closed_pairs_.begin(), closed_pairs_.end(), 0);
  return {};
}

Result<void> ColumnScan::read_column(Batch& batch, size_t field) {
  auto column = batch.column(field);
  if (!column.ok()) return column.error();
  const bool as_asked = *column && (columns_.fields[field].number || (*column)->numbers.empty());
  at_.read[field] = as_asked ? *column : nullptr;
  return {};
}

void ColumnScan::leave_open_rows() {
  if (std::find(closed_pairs_.begin(), closed_pairs_.end(), 0) != closed_pairs_.end())
    keep_rows(at_.rows, [&](size_t i) { return closed_pairs_[at_.pair_of(at_.rows[i])]; });
  for (size_t field = 0; field < at_.read.size(); ++field) {
    if (!at_.read[field] || !has_undecided(*at_.read[field])) continue;
    const auto codes = at_.read[field]->codes;
    const bool of_all = field >= at_.parsed.size();
    keep_rows(at_.rows, [&](size_t i) { return codes[at_.rows[i]] != Column::kUndecided || !(of_all || at_.in_line(at_.rows[i], field)); });
  }
  if (!columns_.error_label || columns_.origins[*columns_.error_label] != Origin::kParser || at_.rows.empty()) return;
  const Column& errors = *at_.read[*columns_.error_label];
  keep_rows(at_.rows, [&](size_t i) { return code_of(errors, at_.rows[i]) == Column::kAbsent; });
}

void ColumnScan::leave_errors(size_t test) {
  Answers& answers = scratch(0);
  answer_test(test, answers);
  keep_rows(at_.rows, [&](size_t i) { return answers[i] != Answer::kError; });
}

void ColumnScan::filter(const ColumnPlan::Condition& condition, Samples& samples) {
  if (!at_.rows.empty() && !all_pass(condition)) keep(answer(condition, 0), samples);
}

/// `answers` are those of at_.rows.
void ColumnScan::keep(const Answers& answers, Samples& samples) {
  for (size_t i = 0; i < at_.rows.size(); ++i)
    if (answers[i] == Answer::kFail) samples.state[at_.rows[i]] = Samples::State::kOut;
  keep_rows(at_.rows, [&](size_t i) { return answers[i] == Answer::kPass; });
}

/// Known without looking at a row: a test that all pairs pass.
bool ColumnScan::all_pass(const ColumnPlan::Condition& condition) const {
  if (condition.kind != ColumnPlan::Condition::Kind::kTest) return false;
  const ColumnPlan::Test& test = columns_.tests[condition.test];
  if (test.name && !test.before_parser && at_.parsed[*test.name] != ColumnRows::Parsed::kNone) return false;
  return std::all_of(at_.bases.begin(), at_.bases.end(), [&](const ColumnBase* base) { return base->answers[condition.test] == Answer::kPass; });
}

ColumnScan::Answers& ColumnScan::scratch(size_t depth) {
  while (scratch_.size() <= depth) scratch_.emplace_back();
  return scratch_[depth];
}

/// Answers of at_.rows, until the next at that depth. An error anywhere leaves the row to the pipeline, unless `or` does not get to it.
const ColumnScan::Answers& ColumnScan::answer(const ColumnPlan::Condition& condition, size_t depth) {
  Answers& answers = scratch(depth);
  if (condition.kind == ColumnPlan::Condition::Kind::kTest) {
    answer_test(condition.test, answers);
    return answers;
  }
  answer(condition.children[0], depth);
  const Answers& right = answer(condition.children[1], depth + 1);
  const Answer decides = condition.kind == ColumnPlan::Condition::Kind::kOr ? Answer::kPass : Answer::kFail;
  for (size_t i = 0; i < answers.size(); ++i) {
    const bool error = answers[i] == Answer::kError || (right[i] == Answer::kError && answers[i] != Answer::kPass) ||
                       (right[i] == Answer::kError && decides == Answer::kFail);
    if (error) answers[i] = Answer::kError;
    else if (answers[i] != decides) answers[i] = right[i];
  }
  return answers;
}

void ColumnScan::answer_test(size_t index, Answers& answers) {
  const ColumnPlan::Test& test = columns_.tests[index];
  answers.resize(at_.rows.size());
  auto of_base = [&](size_t i) { return at_.base_of(at_.rows[i]).answers[index]; };
  if (!test.name || test.before_parser || at_.parsed[*test.name] == ColumnRows::Parsed::kNone) {
    for (size_t i = 0; i < at_.rows.size(); ++i) answers[i] = of_base(i);
    return;
  }
  const Column& column = *at_.read[*test.name];
  if (!column.numbers.empty()) {
    const Answer absent = columns_.absent_is_empty(*test.name) ? Answer::kError : Answer::kFail;  // an empty text is no number
    for (size_t i = 0; i < at_.rows.size(); ++i) {
      const bool exists = code_of(column, at_.rows[i]) != Column::kAbsent;
      const bool passes = exists && compare(column.numbers[at_.rows[i]], test.number->op, test.number->value);
      answers[i] = passes ? Answer::kPass : exists ? Answer::kFail : absent;
    }
  } else {
    code_answers_.start(column);
    auto ask = [&](size_t, std::optional<std::string_view> value) {
      if (!value && columns_.absent_is_empty(*test.name)) value = "";
      return poll_->expired_by(value.value_or("").size()) ? Answer::kFail : tests_[index].of(value);
    };
    for (size_t i = 0; i < at_.rows.size(); ++i) answers[i] = code_answers_.of(code_answers_.entry(at_.rows[i]), ask);
  }
  if (at_.parsed[*test.name] == ColumnRows::Parsed::kAll) return;
  for (size_t i = 0; i < at_.rows.size(); ++i)
    if (!at_.in_line(at_.rows[i], *test.name)) answers[i] = of_base(i);
}

void ColumnScan::unwrap(Samples& samples) {
  const size_t name = columns_.unwrap_name;
  const Column* column = at_.read[name];
  if (column && at_.parsed[name] == ColumnRows::Parsed::kAll && !column->numbers.empty()) {
    std::copy(column->numbers.begin(), column->numbers.end(), samples.values.begin());
    if (column->codes.empty()) return;
    for (const uint32_t row : at_.rows)
      if (column->codes[row] == Column::kAbsent) samples.state[row] = Samples::State::kOut;
    return keep_rows(at_.rows, [&](size_t i) { return column->codes[at_.rows[i]] != Column::kAbsent; });
  }
  Answers& answers = scratch(0);
  answers.resize(at_.rows.size());
  const bool numbers = column && !column->numbers.empty();
  if (column && !numbers) {
    code_answers_.start(*column);
    code_values_.resize(column->dictionary.size() + 1);
  }
  auto ask = [&](size_t entry, std::optional<std::string_view> value) {
    return poll_->expired_by(value.value_or("").size()) ? Answer::kFail : unwrap_->of(value, &code_values_[entry]);
  };
  for (size_t i = 0; i < at_.rows.size(); ++i) {
    const uint32_t row = at_.rows[i];
    if (!column || !at_.in_line(row, name)) {
      answers[i] = at_.base_of(row).unwrap;
      samples.values[row] = at_.base_of(row).unwrapped;
    } else if (numbers) {
      answers[i] = code_of(*column, row) == Column::kAbsent ? Answer::kFail : Answer::kPass;
      samples.values[row] = column->numbers[row];
    } else {
      const size_t entry = code_answers_.entry(row);
      answers[i] = code_answers_.of(entry, ask);
      samples.values[row] = code_values_[entry];
    }
  }
  keep(answers, samples);
}

Result<void> ColumnScan::filter_lines(Batch& batch, Samples& samples) {
  size_t kept = 0;
  for (const uint32_t row : at_.rows) {
    if (poll_->expired_by(batch.line_bytes(row))) return poll_->status();
    if (lines_.passes(batch, row)) at_.rows[kept++] = row;
    else samples.state[row] = Samples::State::kOut;
  }
  at_.rows.resize(kept);
  return {};
}

}  // namespace sleipnir::logql
