#include "logql/engine/row_series.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace sleipnir::logql {

namespace {

using Length = uint32_t;
constexpr Length kNoValue = UINT32_MAX;
constexpr uint32_t kNoSeries = UINT32_MAX;

LabelSet without(LabelSet labels, const std::vector<std::string>& names) {
  for (const std::string& name : names) labels.erase(name);
  return labels;
}

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

RowSeries::RowSeries(const RangePlan& plan) : keep_(plan.keep) {
  if (keep_ != RangePlan::Keep::kNone) names_ = plan.names;
  // A line may hold a label of this name, which makes the row fail.
  by_key_ = std::find(names_.begin(), names_.end(), "__error__") == names_.end();
}

uint32_t RowSeries::of(const RowLabels& row) {
  if (!row.error().empty() || keep_ == RangePlan::Keep::kAll) return of(row.merged());
  if (keep_ == RangePlan::Keep::kWithout) return of(without(row.merged(), names_));
  values_.clear();
  for (const std::string& name : names_) values_.push_back(row.get(name));
  uint32_t series = 0;
  of(values_, {&series, 1});
  return series;
}

void RowSeries::of(std::span<const std::optional<std::string_view>> values, std::span<uint32_t> series) {
  if (!by_key_) {
    for (size_t row = 0; row < series.size(); ++row) {
      LabelSet labels;
      for (size_t i = 0; i < names_.size(); ++i)
        if (const auto& value = values[row * names_.size() + i]) labels.set(names_[i], *value);
      series[row] = of(labels);
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
  keys_.find_or_add(key_views_, series);
  for (uint32_t& key : series) key = of_key(key);
}

std::vector<uint32_t> RowSeries::absorb(const RowSeries& other) {
  std::vector<uint32_t> key_of(other.keys_.size()), series;
  keys_.find_or_add(other.keys_.keys(), key_of);
  series.reserve(other.size());
  for (const Entry& entry : other.entries_) series.push_back(entry.whole ? of(*entry.whole) : of_key(key_of[entry.key]));
  return series;
}

/// New keys come in the order of their numbers, so that these are those of the series until there are wholes among them.
uint32_t RowSeries::of_key(uint32_t key) {
  if (wholes_.size() == 0) {
    if (key == entries_.size()) entries_.push_back({nullptr, key});
    return key;
  }
  if (key >= series_of_key_.size()) series_of_key_.resize(key + 1, kNoSeries);
  uint32_t& series = series_of_key_[key];
  if (series == kNoSeries) {
    series = static_cast<uint32_t>(entries_.size());
    entries_.push_back({nullptr, key});
  }
  return series;
}

uint32_t RowSeries::of(const LabelSet& labels) {
  const uint32_t whole = wholes_.index(labels);
  if (whole == 0 && series_of_whole_.empty()) {
    series_of_key_.resize(entries_.size());
    std::iota(series_of_key_.begin(), series_of_key_.end(), 0);
  }
  if (whole == series_of_whole_.size()) {
    series_of_whole_.push_back(static_cast<uint32_t>(entries_.size()));
    entries_.push_back({&wholes_.labels(whole), 0});
    whole_bytes_ += memory_of(labels);
  }
  return series_of_whole_[whole];
}

size_t RowSeries::bytes() const {
  return keys_.bytes() + whole_bytes_ + entries_.capacity() * sizeof(Entry) + series_of_key_.capacity() * sizeof(uint32_t) + text_.capacity() +
         (ends_.capacity() + 2 * key_views_.capacity()) * sizeof(size_t);
}

LabelSet RowSeries::labels(uint32_t index) const {
  const Entry& entry = entries_[index];
  if (entry.whole) return *entry.whole;
  std::string_view key = keys_.key(entry.key);
  std::vector<Label> labels;
  for (const std::string& name : names_)
    if (auto value = take_value(key)) labels.push_back({name, std::string(*value)});
  return LabelSet(std::move(labels));
}

}  // namespace sleipnir::logql
