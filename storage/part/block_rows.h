#pragma once
#include "storage/column/picked_rows.h"
#include "storage/column/predicate_test.h"
#include "storage/part/open_block.h"
#include "storage/scan/overlap.h"
#include "storage/scan/run.h"

namespace sleipnir::storage {

/// The rows of an open block that pass a filter. One thread.
class BlockRows {
 public:
  /// `owner` is what the block is read from; with its number there it names the block in the cache. Only columns that the filter asks for are read.
  /// Errors: kCorrupt, kIo.
  static Result<BlockRows> pick(std::shared_ptr<const Run> owner, size_t block, std::shared_ptr<OpenBlock> open, const RowFilter& filter);
  BlockRows(BlockRows&&) = default;
  ~BlockRows();

  BlockReader& reader() { return open_->reader; }
  const std::vector<const Stream*>& streams() const { return open_->streams; }
  const PickedRows& rows() const { return rows_; }
  /// Bounds of the times of picked rows of a stream of the block.
  TimeRange times_of(uint32_t stream) const;

  /// Whether the filter's predicate is certainly true for a row of the block; all_certain: for all that are picked.
  bool certain(uint32_t row) const { return all_certain_ || verdicts_[row] == kYes; }
  bool all_certain() const { return all_certain_; }
  uint8_t verdict(uint32_t row) const { return all_certain_ ? uint8_t{kYes} : verdicts_[row]; }

 private:
  BlockRows(std::shared_ptr<const Run> owner, size_t block, std::shared_ptr<OpenBlock> open, const RowFilter& filter);
  Result<void> pick_times(const RowFilter& filter);
  Result<void> add(uint32_t stream, RowRange all, const RowFilter& filter);
  Result<void> count(ScanStats& stats);
  /// Lengths of the name and value texts of a metadata set.
  uint32_t text_bytes(uint32_t set);
  Result<void> test(const PreparedPredicate& where, const Vocabulary* vocabulary);

  std::shared_ptr<const Run> owner_;
  size_t block_;
  std::shared_ptr<OpenBlock> open_;
  bool cached_;
  ScanStats* stats_;
  uint64_t fetched_before_;
  TimeRange asked_;
  PickedRows rows_;
  std::vector<uint8_t> verdicts_;  ///< by row of the block
  bool all_certain_ = true;
  std::vector<uint32_t> set_sizes_;
};

}  // namespace sleipnir::storage
