#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logql/engine/key_index.h"
#include "logql/engine/plan.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// Decides which series of a range aggregation a row belongs to, and numbers them densely from 0. Series are kept as text, those of a grouping by
/// names as their values alone; a label set is built when it is asked for. One thread.
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
  /// group_labels() of the labels of a series.
  LabelSet group(uint32_t index, const std::optional<Grouping>& grouping) const;
  /// Whether the labels of `a` are less than those of `b`, as LabelSet compares them.
  bool labels_before(uint32_t a, uint32_t b) const;
  /// An order of series that depends on their labels alone, faster.
  bool before(uint32_t a, uint32_t b) const;
  /// The series has a label `__error__`: a row of it failed, or a line holds a label of that name.
  bool has_error(uint32_t index) const { return entries_[index].form == Form::kFailed; }
  /// Memory held, about.
  size_t bytes() const;

 private:
  enum class Form : uint8_t { kValues, kLabels, kFailed };
  struct Entry {
    uint32_t key;
    Form form;
  };
  /// Keys of one kind, and the series of each: new ones come in the order of their numbers.
  struct Keyed {
    KeyIndex keys;
    std::vector<uint32_t> series;
  };
  using LabelView = std::pair<std::string_view, std::string_view>;

  std::string_view key(const Entry& entry) const { return (entry.form == Form::kValues ? values_ : wholes_).keys.key(entry.key); }
  /// Walks over the labels of a series, by name.
  class Walk;
  uint32_t without(const RowLabels& row, std::span<const std::string> names);
  uint32_t of_labels();
  uint32_t of_key(Keyed& keyed, uint32_t key, Form form);

  RangePlan::Keep keep_;
  std::vector<std::string> names_;
  std::optional<std::vector<std::string>> folded_without_;
  bool by_values_;
  std::vector<Entry> entries_;
  Keyed values_, wholes_;
  std::vector<LabelView> labels_;                            // of one row, by name
  std::vector<std::optional<std::string_view>> row_values_;  // of one row
  std::string text_;                                         // of keys
  std::vector<size_t> ends_;                                 // of each in text_
  std::vector<std::string_view> key_views_;
};

}  // namespace sleipnir::logql
