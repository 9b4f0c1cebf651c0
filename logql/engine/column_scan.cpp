#include "logql/engine/column_scan.h"

#include <algorithm>

#include "logql/stages/compare.h"

namespace sleipnir::logql {

namespace {

uint32_t code_of(const Column& column, uint32_t row) { return column.codes.empty() ? 0 : column.codes[row]; }

/// Remembers an answer a dictionary entry.
class ByCode {
 public:
  ByCode(const Column& column, size_t entries) : column_(column), known_(entries + 1), answers_(entries + 1) {}

  /// make(value) is called once an entry, and once for no value.
  template <class Make>
  size_t entry(uint32_t row, Make make) {
    uint32_t code = code_of(column_, row);
    const bool absent = code == Column::kAbsent;
    size_t entry = absent ? known_.size() - 1 : code;
    if (!known_[entry]) {
      known_[entry] = 1;
      answers_[entry] = make(entry, absent ? std::nullopt : std::optional(column_.dictionary[code]));
    }
    return entry;
  }
  Answer answer(size_t entry) const { return answers_[entry]; }

 private:
  const Column& column_;
  std::vector<uint8_t> known_;
  std::vector<Answer> answers_;
};

}  // namespace

ColumnScan::ColumnScan(const ColumnPlan& columns, const RangePlan& plan, const LineFilters& lines, RowSeries& series)
    : columns_(columns), plan_(plan), series_(series), lines_(lines) {
  for (const ColumnPlan::Test& test : columns.tests) tests_.emplace_back(*test.pipeline, test.name ? columns.names[*test.name] : "");
  if (columns.unwrap) unwrap_.emplace(*columns.unwrap, columns.names[columns.unwrap_name]);
}

Result<void> ColumnScan::decide(Batch& batch, Samples& samples) {
  choose_rows(batch, samples);
  if (auto read = read_columns(batch); !read.ok()) return read;
  leave_open_rows();
  for (size_t test : columns_.early) leave_errors(test);
  filter(columns_.conditions, samples);
  if (unwrap_) unwrap(samples);
  filter(columns_.after_unwrap, samples);
  if (lines_.needed()) filter_lines(batch, samples);
  find_series(samples);
  for (uint32_t row : rows_) {
    if (plan_.value == RangePlan::Value::kOne) samples.values[row] = 1;
    if (plan_.value == RangePlan::Value::kBytes) samples.values[row] = batch.line_bytes(row);
  }
  return {};
}

ColumnScan::Base ColumnScan::make_base(const Stream& stream, const LabelSet& metadata) {
  RowLabels labels;
  labels.reset(stream.labels, metadata);
  Base base;
  base.open = !labels.error().empty() || !labels.error_details().empty();
  for (const std::string& name : columns_.names) {
    base.parsed.push_back(!labels.in_base(name));
    base.values.push_back(labels.find(name).value_or(std::string_view()));
  }
  for (size_t i = 0; i < columns_.tests.size(); ++i) {
    const ColumnPlan::Test& test = columns_.tests[i];
    const bool parsed = test.name && base.parsed[*test.name];
    if (parsed && test.before_parser && test.early) base.open = true;
    const bool exists = test.name && !parsed;
    base.answers.push_back(tests_[i].of(exists ? std::optional(base.values[*test.name]) : std::nullopt));
  }
  if (unwrap_ && !base.parsed[columns_.unwrap_name]) base.unwrap = unwrap_->of(base.values[columns_.unwrap_name], &base.unwrapped);
  for (size_t name : columns_.group) {
    base.group += base.parsed[name] ? "-" : std::to_string(base.values[name].size()) + ":";
    base.group += base.values[name];
  }
  return base;
}

void ColumnScan::choose_rows(Batch& batch, const Samples& samples) {
  bases_.next_batch();
  rows_.clear();
  pairs_.resize(samples.state.size());
  auto streams = batch.streams();
  auto make = [this](const Stream& stream, const LabelSet& metadata) { return make_base(stream, metadata); };
  const auto rows = static_cast<uint32_t>(samples.state.size());
  for (uint32_t row = 0; row < rows; ++row) {
    if (samples.state[row] != Samples::State::kOpen) continue;
    pairs_[row] = bases_.index(streams[row], batch.metadata(row), make);
    rows_.push_back(row);
  }
}

Result<void> ColumnScan::read_columns(Batch& batch) {
  const size_t names = columns_.names.size();
  read_.assign(columns_.fields.size(), nullptr);
  parsed_.assign(names, Parsed::kNone);
  closed_pairs_.assign(bases_.size(), 1);
  bool some_look_at_no_line = false;
  for (size_t name = 0; name < names; ++name) {
    size_t count = 0;
    for (uint32_t pair = 0; pair < bases_.size(); ++pair) count += in_line(pair, name);
    parsed_[name] = count == 0 ? Parsed::kNone : count == bases_.size() ? Parsed::kAll : Parsed::kSome;
    if (count == 0) continue;
    if (auto read = read_column(batch, name); !read.ok()) return read;
  }
  for (uint32_t pair = 0; pair < bases_.size(); ++pair) {
    const Base& base = bases_.at(pair);
    bool looks_at_line = false;
    for (size_t name = 0; name < names; ++name) {
      looks_at_line |= base.parsed[name];
      if (base.parsed[name] && !read_[name]) closed_pairs_[pair] = 0;
    }
    if (base.open) closed_pairs_[pair] = 0;
    some_look_at_no_line |= !looks_at_line && closed_pairs_[pair];
  }
  // Rows that would need a missing column stay open; the others take the name from their base.
  for (size_t name = 0; name < names; ++name)
    if (!read_[name]) parsed_[name] = Parsed::kNone;
  if (!some_look_at_no_line || !columns_.lines_can_fail) return {};
  if (auto read = read_column(batch, names); !read.ok()) return read;
  if (!read_[names]) std::fill(closed_pairs_.begin(), closed_pairs_.end(), 0);
  return {};
}

Result<void> ColumnScan::read_column(Batch& batch, size_t field) {
  auto column = batch.column(field);
  if (!column.ok()) return column.error();
  const bool as_asked = *column && (columns_.fields[field].number || (*column)->numbers.empty());
  read_[field] = as_asked ? *column : nullptr;
  return {};
}

void ColumnScan::leave_open_rows() {
  if (std::find(closed_pairs_.begin(), closed_pairs_.end(), 0) != closed_pairs_.end())
    std::erase_if(rows_, [&](uint32_t row) { return !closed_pairs_[pairs_[row]]; });
  for (size_t field = 0; field < read_.size(); ++field)
    if (read_[field] && !read_[field]->codes.empty()) leave_undecided(*read_[field], field);
}

void ColumnScan::leave_undecided(const Column& column, size_t field) {
  const bool of_all = field >= parsed_.size() || parsed_[field] == Parsed::kAll;
  std::erase_if(rows_, [&](uint32_t row) {
    return column.codes[row] == Column::kUndecided && (of_all || in_line(pairs_[row], field));
  });
}

void ColumnScan::leave_errors(size_t test) {
  const auto answers = answers_of_test(test);
  size_t kept = 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    rows_[kept] = rows_[i];
    kept += answers[i] != Answer::kError;
  }
  rows_.resize(kept);
}

void ColumnScan::filter(const std::vector<ColumnPlan::Condition>& conditions, Samples& samples) {
  for (const ColumnPlan::Condition& condition : conditions) keep(answers_of(condition), samples);
}

/// `answers` are those of rows_.
void ColumnScan::keep(const std::vector<Answer>& answers, Samples& samples) {
  size_t kept = 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (answers[i] == Answer::kFail) samples.state[rows_[i]] = Samples::State::kOut;
    rows_[kept] = rows_[i];
    kept += answers[i] == Answer::kPass;
  }
  rows_.resize(kept);
}

/// An error anywhere leaves the row to the pipeline, unless `or` does not get to it.
std::vector<Answer> ColumnScan::answers_of(const ColumnPlan::Condition& condition) {
  if (condition.kind == ColumnPlan::Condition::Kind::kTest) return answers_of_test(condition.test);
  auto left = answers_of(condition.children[0]);
  const auto right = answers_of(condition.children[1]);
  const Answer decides = condition.kind == ColumnPlan::Condition::Kind::kOr ? Answer::kPass : Answer::kFail;
  for (size_t i = 0; i < left.size(); ++i) {
    const bool error = left[i] == Answer::kError || (right[i] == Answer::kError && left[i] != Answer::kPass) ||
                       (right[i] == Answer::kError && decides == Answer::kFail);
    if (error) left[i] = Answer::kError;
    else if (left[i] != decides) left[i] = right[i];
  }
  return left;
}

std::vector<Answer> ColumnScan::answers_of_test(size_t index) {
  const ColumnPlan::Test& test = columns_.tests[index];
  std::vector<Answer> answers(rows_.size());
  const bool on_base = !test.name || test.before_parser || parsed_[*test.name] == Parsed::kNone;
  if (on_base) {
    for (size_t i = 0; i < rows_.size(); ++i) answers[i] = bases_.at(pairs_[rows_[i]]).answers[index];
    return answers;
  }
  const Column& column = *read_[*test.name];
  if (!column.numbers.empty()) {
    answers = answers_of_numbers(test, column);
  } else {
    ByCode by_code(column, column.dictionary.size());
    auto ask = [&](size_t, std::optional<std::string_view> value) { return tests_[index].of(value); };
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (parsed_[*test.name] != Parsed::kAll && !in_line(pairs_[rows_[i]], *test.name)) continue;
      answers[i] = by_code.answer(by_code.entry(rows_[i], ask));
    }
  }
  if (parsed_[*test.name] == Parsed::kAll) return answers;
  for (size_t i = 0; i < rows_.size(); ++i)
    if (!in_line(pairs_[rows_[i]], *test.name)) answers[i] = bases_.at(pairs_[rows_[i]]).answers[index];
  return answers;
}

std::vector<Answer> ColumnScan::answers_of_numbers(const ColumnPlan::Test& test, const Column& column) {
  std::vector<Answer> answers(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) {
    const bool passes = code_of(column, rows_[i]) != Column::kAbsent && compare(column.numbers[rows_[i]], test.number->op, test.number->value);
    answers[i] = passes ? Answer::kPass : Answer::kFail;
  }
  return answers;
}

void ColumnScan::unwrap(Samples& samples) {
  const size_t name = columns_.unwrap_name;
  std::vector<Answer> answers(rows_.size());
  const Column* column = read_[name];
  const bool numbers = column && !column->numbers.empty();
  const size_t entries = column && !numbers ? column->dictionary.size() : 0;
  std::vector<double> values(entries + 1);
  std::optional<ByCode> by_code;
  if (column && !numbers) by_code.emplace(*column, entries);
  auto ask = [&](size_t entry, std::optional<std::string_view> value) { return unwrap_->of(value, &values[entry]); };
  for (size_t i = 0; i < rows_.size(); ++i) {
    const uint32_t row = rows_[i];
    if (parsed_[name] != Parsed::kAll && !in_line(pairs_[row], name)) {
      const Base& base = bases_.at(pairs_[row]);
      answers[i] = base.unwrap;
      samples.values[row] = base.unwrapped;
    } else if (numbers) {
      answers[i] = code_of(*column, row) == Column::kAbsent ? Answer::kFail : Answer::kPass;
      samples.values[row] = column->numbers[row];
    } else {
      const size_t entry = by_code->entry(row, ask);
      answers[i] = by_code->answer(entry);
      samples.values[row] = values[entry];
    }
  }
  keep(answers, samples);
}

void ColumnScan::filter_lines(Batch& batch, Samples& samples) {
  std::erase_if(rows_, [&](uint32_t row) {
    if (lines_.passes(batch, row)) return false;
    samples.state[row] = Samples::State::kOut;
    return true;
  });
}

/// Groups are numbered within the batch, name by name; the series of each is looked up once.
void ColumnScan::find_series(Samples& samples) {
  std::unordered_map<std::string_view, uint32_t> of_base;
  std::vector<uint32_t> group_of_pair(bases_.size());
  for (uint32_t pair = 0; pair < bases_.size(); ++pair)
    group_of_pair[pair] = of_base.try_emplace(bases_.at(pair).group, static_cast<uint32_t>(of_base.size())).first->second;
  uint32_t groups = static_cast<uint32_t>(of_base.size());
  for (uint32_t row : rows_) samples.series[row] = group_of_pair[pairs_[row]];

  for (size_t name : columns_.group) {
    if (parsed_[name] == Parsed::kNone) continue;
    const Column& column = *read_[name];
    const auto absent = static_cast<uint32_t>(column.dictionary.size());
    group_codes_.start(groups, absent + 1);
    for (uint32_t row : rows_) {
      const bool parsed = parsed_[name] == Parsed::kAll || in_line(pairs_[row], name);
      const uint32_t code = parsed ? std::min(code_of(column, row), absent) : absent;
      samples.series[row] = group_codes_.of(samples.series[row], code);
    }
    groups = group_codes_.count();
  }

  std::vector<uint32_t> series(groups, UINT32_MAX);
  for (uint32_t row : rows_) {
    uint32_t& known = series[samples.series[row]];
    if (known == UINT32_MAX) known = series_of(row);
    samples.series[row] = known;
    samples.state[row] = Samples::State::kIn;
  }
}

uint32_t ColumnScan::series_of(uint32_t row) {
  key_.clear();
  for (size_t name : columns_.group) {
    if (!in_line(pairs_[row], name)) {
      key_.push_back(bases_.at(pairs_[row]).values[name]);
      continue;
    }
    const uint32_t code = code_of(*read_[name], row);
    key_.push_back(code == Column::kAbsent ? std::nullopt : std::optional(read_[name]->dictionary[code]));
  }
  return series_.of(key_);
}

}  // namespace sleipnir::logql
