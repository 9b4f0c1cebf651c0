#pragma once
#include "storage/scan/overlap.h"

namespace sleipnir::storage {

/// Which rows of which runs. Times are inclusive.
struct RowSelection {
  struct FromRun {
    std::shared_ptr<const Run> run;
    std::shared_ptr<const StreamSet> streams;  ///< null: all
    std::vector<uint8_t> blocks;               ///< Run::candidates; empty: all
    std::shared_ptr<const StreamTimes> within; ///< only rows at these times of their stream; null: at all
  };
  std::vector<FromRun> runs;
  Nanos first = INT64_MIN, last = INT64_MAX;
  Direction direction = Direction::kForward;
  std::shared_ptr<const PreparedPredicate> where;  ///< rows for which it is certainly false are left out; null: true
  bool lines = true;                               ///< prepare the lines of the rows that are handed out
  bool cached = true;                              ///< RowFilter::cached
  const Cancellation* cancellation = nullptr;
  ScanStats* stats = nullptr;
};

/// Rows in order, by reference into blocks that live as long as the slice.
struct RowSlice {
  struct Ref { uint32_t block, row; };
  std::vector<std::shared_ptr<Block>> blocks;
  std::vector<Ref> rows;
};

/// Merges blocks by (timestamp, arrival); backward is the exact mirror. Of rows equal in stream, timestamp, line and metadata in several
/// blocks, the one that arrived first is handed out. Blocks are loaded when their time
/// comes: as many are in memory as overlap. One thread.
class OrderedRows {
 public:
  explicit OrderedRows(RowSelection selection);
  ~OrderedRows();

  /// About `target` rows; rows of one timestamp that several runs hold come together, however many. Empty at the end.
  /// Errors: kCorrupt, kIo, those of the cancellation.
  Result<RowSlice> next(size_t target);

 private:
  class Cursor;

  Result<void> fill(RowSlice& slice, size_t target);
  /// Rows of all cursors at this key, each entry once.
  Result<void> take_ties(RowSlice& slice, uint64_t key);
  void activate_pending();

  RowSelection selection_;
  std::vector<std::unique_ptr<Cursor>> pending_;  // latest first, so that the next one is at the back
  std::vector<std::unique_ptr<Cursor>> active_;
};

/// Rows of a slice where all are gone through: some batches' worth.
inline constexpr size_t kSliceRows = 4096;

/// Calls `take(block, row)` for every row of the selection, in order, until it fails. Errors: those of `take`, and of OrderedRows::next.
template <class Take>
Result<void> each_row(RowSelection selection, Take take) {
  OrderedRows rows(std::move(selection));
  for (;;) {
    auto slice = rows.next(kSliceRows);
    if (!slice) return slice.error();
    if (slice->rows.empty()) return {};
    for (auto [block, row] : slice->rows)
      if (auto taken = take(*slice->blocks[block], row); !taken) return taken;
  }
}

}  // namespace sleipnir::storage
