#include "logql/engine/row_series.h"

#include <algorithm>
#include <cstring>

#include "logql/engine/grouping.h"

namespace sleipnir::logql {

namespace {

using Length = uint32_t;
constexpr Length kNoValue = UINT32_MAX;
constexpr std::string_view kErrorLabel = "__error__", kErrorDetailsLabel = "__error_details__";

void append_value(std::string& key, std::optional<std::string_view> value) {
  const Length length = value ? static_cast<Length>(value->size()) : kNoValue;
  key.append(reinterpret_cast<const char*>(&length), sizeof length);
  if (value) key.append(*value);
}

/// Reads back what append_value wrote, and moves on.
std::optional<std::string_view> take_value(std::string_view& key) {
  Length length;
  std::memcpy(&length, key.data(), sizeof length);
  key.remove_prefix(sizeof length);
  if (length == kNoValue) return {};
  auto value = key.substr(0, length);
  key.remove_prefix(length);
  return value;
}

}  // namespace

RowSeries::RowSeries(const RangePlan& plan) : keep_(plan.keep), folded_without_(plan.folded_without) {
  if (keep_ != RangePlan::Keep::kNone) names_ = plan.names;
  // A line may hold a label of this name, which makes the row fail.
  by_values_ = std::find(names_.begin(), names_.end(), kErrorLabel) == names_.end();
}

uint32_t RowSeries::of(const RowLabels& row) {
  if (!row.error().empty()) return without(row, {});
  if (folded_without_ && row.find(kErrorLabel)) return without(row, *folded_without_);
  if (keep_ == RangePlan::Keep::kAll || keep_ == RangePlan::Keep::kWithout) return without(row, names_);
  row_values_.clear();
  for (const std::string& name : names_) row_values_.push_back(row.get(name));
  uint32_t series = 0;
  of(row_values_, {&series, 1});
  return series;
}

/// The series of all labels of the row but these.
uint32_t RowSeries::without(const RowLabels& row, std::span<const std::string> names) {
  labels_.clear();
  auto add = [&](std::string_view name, std::string_view value) {
    if (std::find(names.begin(), names.end(), name) == names.end()) labels_.push_back({name, value});
  };
  // The error state hides labels of its names.
  if (!row.error().empty()) add(kErrorLabel, row.error());
  if (!row.error_details().empty()) add(kErrorDetailsLabel, row.error_details());
  row.for_each([&](std::string_view name, std::string_view value, Category) {
    if (!(name == kErrorLabel && !row.error().empty()) && !(name == kErrorDetailsLabel && !row.error_details().empty())) add(name, value);
  });
  std::sort(labels_.begin(), labels_.end());
  return of_labels();
}

void RowSeries::of(std::span<const std::optional<std::string_view>> values, std::span<uint32_t> series) {
  if (!by_values_) {
    for (size_t row = 0; row < series.size(); ++row) {
      labels_.clear();
      for (size_t i = 0; i < names_.size(); ++i)
        if (const auto& value = values[row * names_.size() + i]) labels_.push_back({names_[i], *value});
      series[row] = of_labels();
    }
    return;
  }
  text_.clear();
  ends_.clear();
  key_views_.clear();
  for (size_t i = 0; i < values.size(); ++i) {
    append_value(text_, values[i]);
    if ((i + 1) % names_.size() == 0) ends_.push_back(text_.size());
  }
  ends_.resize(series.size());  // without names all keys are empty
  size_t begin = 0;
  for (const size_t end : ends_) key_views_.push_back(std::string_view(text_).substr(begin, end - begin)), begin = end;
  values_.keys.find_or_add(key_views_, series);
  for (uint32_t& key : series) key = of_key(values_, key, Form::kValues);
}

/// Of `labels_`, by name.
uint32_t RowSeries::of_labels() {
  bool failed = false;
  text_.clear();
  for (const auto& [name, value] : labels_) {
    append_value(text_, name);
    append_value(text_, value);
    failed |= name == kErrorLabel;
  }
  return of_key(wholes_, wholes_.keys.find_or_add(text_), failed ? Form::kFailed : Form::kLabels);
}

std::vector<uint32_t> RowSeries::absorb(const RowSeries& other) {
  std::vector<uint32_t> of_values(other.values_.keys.size()), of_wholes(other.wholes_.keys.size()), series;
  values_.keys.find_or_add(other.values_.keys.keys(), of_values);
  wholes_.keys.find_or_add(other.wholes_.keys.keys(), of_wholes);
  series.reserve(other.size());
  for (const auto& [key, form] : other.entries_)
    series.push_back(form == Form::kValues ? of_key(values_, of_values[key], form) : of_key(wholes_, of_wholes[key], form));
  return series;
}

uint32_t RowSeries::of_key(Keyed& keyed, uint32_t key, Form form) {
  if (key == keyed.series.size()) {
    keyed.series.push_back(static_cast<uint32_t>(entries_.size()));
    entries_.push_back({key, form});
  }
  return keyed.series[key];
}

size_t RowSeries::bytes() const {
  auto of = [](const Keyed& keyed) { return keyed.keys.bytes() + keyed.series.capacity() * sizeof(uint32_t); };
  return of(values_) + of(wholes_) + entries_.capacity() * sizeof(Entry) + text_.capacity() + (ends_.capacity() + 2 * key_views_.capacity()) * sizeof(size_t);
}

class RowSeries::Walk {
 public:
  Walk(const RowSeries& series, const Entry& entry) : rest_(series.key(entry)), names_(entry.form == Form::kValues ? &series.names_ : nullptr) {}

  /// The next label; false at the end.
  bool next() {
    if (!names_) {
      if (rest_.empty()) return false;
      name = *take_value(rest_);
      value = *take_value(rest_);
      return true;
    }
    while (at_ < names_->size()) {
      name = (*names_)[at_++];
      if (const auto taken = take_value(rest_)) {
        value = *taken;
        return true;
      }
    }
    return false;
  }

  std::string_view name, value;

 private:
  std::string_view rest_;
  const std::vector<std::string>* names_;  // of values; nullptr: names are in the key
  size_t at_ = 0;
};

LabelSet RowSeries::labels(uint32_t index) const {
  size_t count = 0;
  for (Walk walk(*this, entries_[index]); walk.next();) ++count;
  std::vector<Label> labels;
  labels.reserve(count);
  for (Walk walk(*this, entries_[index]); walk.next();) labels.push_back({std::string(walk.name), std::string(walk.value)});
  return LabelSet(std::move(labels));
}

LabelSet RowSeries::group(uint32_t index, const std::optional<Grouping>& grouping) const {
  if (!grouping) return {};
  std::vector<Label> labels;
  for (Walk walk(*this, entries_[index]); walk.next();)
    if (groups_by(*grouping, walk.name, walk.value)) labels.push_back({std::string(walk.name), std::string(walk.value)});
  return LabelSet(std::move(labels));
}

bool RowSeries::labels_before(uint32_t a, uint32_t b) const {
  for (Walk left(*this, entries_[a]), right(*this, entries_[b]);;) {
    const bool more = left.next();
    if (!right.next()) return false;
    if (!more) return true;
    if (const int names = left.name.compare(right.name)) return names < 0;
    if (const int values = left.value.compare(right.value)) return values < 0;
  }
}

bool RowSeries::before(uint32_t a, uint32_t b) const {
  const Entry &left = entries_[a], &right = entries_[b];
  return left.form != right.form ? left.form < right.form : key(left) < key(right);
}

}  // namespace sleipnir::logql
