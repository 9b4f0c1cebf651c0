#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/labels.h"
#include "base/scan.h"
#include "storage/column/block_format.h"

namespace sleipnir::storage {

/// Coded sets of structured metadata (bytes.h) as a reader sees them: with nothing but the names that it looks at. Sets that are the same then are one.
/// One thread.
class ProjectedSets {
 public:
  /// `names` ascend; nullptr: all, and no set is looked at before it is asked for. The sets must outlive this. O(sets).
  ProjectedSets(std::vector<std::string_view> sets, const std::vector<std::string>* names);

  /// Values of one name by row, Column::kAbsent where it has none. The column may go once the sets are made.
  struct OfName {
    std::string_view name;
    const Column* column;
  };
  /// The same where metadata is in columns: then each row is a set. Names ascend. O(rows · columns).
  ProjectedSets(std::span<const OfName> columns, size_t rows);

  uint32_t size() const { return static_cast<uint32_t>(decoded_.size()); }
  /// What the set has become, below size().
  uint32_t of(uint32_t set) const { return codes_.empty() ? set : codes_[set]; }
  /// No set is another one than before.
  bool unchanged() const { return codes_.empty(); }
  std::string_view coded(uint32_t code) const { return sets_[code]; }
  /// Decoded when first asked for.
  const LabelSet& labels(uint32_t code);

 private:
  std::unordered_map<std::string, uint32_t> known_;  ///< codes of sets that were made here out of others
  Texts texts_;                                      ///< sets that were made of columns
  std::vector<std::string_view> sets_;               ///< coded, by code
  std::vector<uint32_t> codes_;                      ///< by set
  std::vector<std::unique_ptr<LabelSet>> decoded_;
};

/// Those of a block whose metadata is in columns: of these names (ascending; null: all) those that it has. column(name) gives the column of `rows` rows.
/// Errors: those of `column`.
Result<ProjectedSets> project_columns(const BlockMeta& meta, const std::vector<std::string>* names, size_t rows, const std::function<Result<const Column*>(const std::string&)>& column);

}  // namespace sleipnir::storage
