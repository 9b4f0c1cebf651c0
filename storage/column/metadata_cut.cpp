#include "storage/column/metadata_cut.h"

#include <algorithm>
#include <map>

#include "storage/bytes.h"
#include "storage/column/prefetch.h"

namespace sleipnir::storage {
namespace {

/// So many sets are read in no time, whatever is asked of them.
constexpr size_t kFewSets = 32;
/// A set that is kept once must stand for so many rows on average.
constexpr size_t kRowsOfSet = 64;
constexpr size_t kMaxNames = 256;
/// Sets lie in the order of arrival, not of streams.
constexpr size_t kPrefetchRows = 8, kPrefetchBytes = 512;

class Cutter {
 public:
  /// False where names or lists are too many.
  bool add(std::string_view set) {
    names_.clear();
    values_.clear();
    each_coded_label(set, [&](size_t, std::string_view name, std::string_view value) {
      names_.push_back(name);
      values_.push_back(value);
    });
    if (out_.name_lists.empty() || names_ != names_of_list_[latest_]) {
      if (!find_list()) return false;
    }
    const NameList& list = out_.name_lists[latest_];
    for (size_t i = 0; i < list.size(); ++i) out_.columns[list[i]].values.add(values_[i]);
    out_.list_of_row.push_back(latest_);
    return true;
  }

  MetadataColumns take() {
    sort_columns();
    return std::move(out_);
  }

 private:
  /// Most rows have the names of the row before.
  bool find_list() {
    const auto [at, is_new] = lists_.try_emplace(names_, static_cast<uint32_t>(lists_.size()));
    latest_ = at->second;
    if (!is_new) return true;
    const bool ascend = std::adjacent_find(names_.begin(), names_.end(), std::greater_equal<>()) == names_.end();
    if (!ascend || lists_.size() > kMaxNameLists) return false;
    NameList& list = out_.name_lists.emplace_back();
    for (const std::string_view name : names_) {
      const auto [column, added] = columns_.try_emplace(name, static_cast<uint32_t>(out_.columns.size()));
      if (added) out_.columns.push_back({name, {}});
      list.push_back(column->second);
    }
    names_of_list_.push_back(names_);
    return out_.columns.size() <= kMaxNames;
  }

  /// Names ascend within a list, so columns do once they are sorted.
  void sort_columns() {
    std::vector<uint32_t> place(out_.columns.size());
    std::vector<MetadataColumns::Column> sorted;
    for (const auto& [name, column] : columns_) {
      place[column] = static_cast<uint32_t>(sorted.size());
      sorted.push_back(std::move(out_.columns[column]));
    }
    out_.columns = std::move(sorted);
    for (NameList& list : out_.name_lists)
      for (uint32_t& column : list) column = place[column];
  }

  MetadataColumns out_;
  std::map<std::string_view, uint32_t> columns_;
  std::map<std::vector<std::string_view>, uint32_t> lists_;
  std::vector<std::vector<std::string_view>> names_of_list_;
  uint32_t latest_ = 0;
  std::vector<std::string_view> names_, values_;  // of one set
};

}  // namespace

std::vector<uint8_t> MetadataColumns::lists_with(uint32_t column) const {
  std::vector<uint8_t> has;
  for (const NameList& list : name_lists) has.push_back(std::binary_search(list.begin(), list.end(), column));
  return has;
}

std::optional<MetadataColumns> cut_metadata(std::span<const BlockRow> rows, std::span<const std::string_view> sets) {
  if (sets.size() <= std::max(kFewSets, rows.size() / kRowsOfSet)) return std::nullopt;
  Cutter cutter;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i + kPrefetchRows < rows.size()) prefetch(sets[rows[i + kPrefetchRows].set], kPrefetchBytes);
    if (!cutter.add(sets[rows[i].set])) return std::nullopt;
  }
  return cutter.take();
}

}  // namespace sleipnir::storage
