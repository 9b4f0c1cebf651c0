#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "logql/engine/key_index.h"
#include "logql/engine/memory_budget.h"
#include "logql/engine/plan.h"
#include "logql/engine/series_map.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// Decides which series of a range aggregation a row belongs to, and numbers them densely from 0. Series of a grouping by names are kept as
/// their values; a label set is built when it is asked for. One thread.
class RowSeries {
 public:
  explicit RowSeries(const RangePlan& plan);

  /// A row with an error is not grouped: its series carries all labels (logql.md §7.16).
  uint32_t of(const RowLabels& row);
  /// The same of several rows by their values of RangePlan::names, one row's after the other's, for a grouping by names and rows without an
  /// error; nullopt: no such label. `series` has a place for each row.
  void of(std::span<const std::optional<std::string_view>> values, std::span<uint32_t> series);
  /// The series here of each series of `other`, which has the same plan.
  std::vector<uint32_t> absorb(const RowSeries& other);

  size_t size() const { return entries_.size(); }
  LabelSet labels(uint32_t index) const;
  /// False: the series has no label but those of a grouping, so no row of it failed.
  bool may_have_failed(uint32_t index) const { return entries_[index].whole != nullptr; }
  /// Memory held, about.
  size_t bytes() const;

 private:
  struct Entry {
    const LabelSet* whole;  // nullptr: known by its key
    uint32_t key;
  };
  uint32_t of(const LabelSet& labels);
  uint32_t of_key(uint32_t key);

  RangePlan::Keep keep_;
  std::vector<std::string> names_;
  bool by_key_;
  std::vector<Entry> entries_;
  KeyIndex keys_;
  std::vector<uint32_t> series_of_key_;
  SeriesMap wholes_;
  std::vector<uint32_t> series_of_whole_;
  size_t whole_bytes_ = 0;
  std::vector<std::optional<std::string_view>> values_;  // of one row
  std::string text_;                                     // of keys of several rows
  std::vector<size_t> ends_;                             // of each in text_
  std::vector<std::string_view> key_views_;
};

}  // namespace sleipnir::logql
