#include "logql/engine/row_series.h"

#include <algorithm>
#include <cstring>

namespace sleipnir::logql {

namespace {

using Length = uint32_t;
constexpr Length kNoValue = UINT32_MAX;

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
  return of(values_);
}

uint32_t RowSeries::of(std::span<const std::optional<std::string_view>> values) {
  if (!by_key_) {
    LabelSet labels;
    for (size_t i = 0; i < names_.size(); ++i)
      if (values[i]) labels.set(names_[i], *values[i]);
    return of(labels);
  }
  key_.clear();
  for (const auto& value : values) append_value(key_, value);
  return of_key(key_);
}

uint32_t RowSeries::of(const RowSeries& other, uint32_t index) {
  const Entry& entry = other.entries_[index];
  return entry.whole ? of(*entry.whole) : of_key(other.keys_.key(entry.key));
}

uint32_t RowSeries::of_key(std::string_view key) {
  const auto found = keys_.find_or_add(key);
  if (found.added) {
    series_of_key_.push_back(static_cast<uint32_t>(entries_.size()));
    entries_.push_back({nullptr, found.number});
  }
  return series_of_key_[found.number];
}

uint32_t RowSeries::of(const LabelSet& labels) {
  const uint32_t whole = wholes_.index(labels);
  if (whole == series_of_whole_.size()) {
    series_of_whole_.push_back(static_cast<uint32_t>(entries_.size()));
    entries_.push_back({&wholes_.labels(whole), 0});
  }
  return series_of_whole_[whole];
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
