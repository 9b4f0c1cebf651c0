#pragma once
#include <deque>
#include <memory>
#include <unordered_map>

#include "base/scan.h"
#include "logql/engine/log_row.h"

namespace sleipnir::logql {

/// `| context B, A`: rows around matches, of the same stream, each once and in the order of the scan. Rows wait here until it is known
/// whether a later match wants them. Memory: B undecided rows a stream, and the decided rows queued behind them.
class ContextRows {
 public:
  /// `ahead` rows before a match in scan order, `behind` after it (a backward scan meets later lines first).
  ContextRows(uint64_t ahead, uint64_t behind) : ahead_(ahead), behind_(behind) {}

  /// The next row of the scan; `match` when it came through the pipeline.
  void add(const Stream* stream, OwnedRow row, bool match);
  /// The next row of the answer that is decided, or nullptr. `at_end`: no more rows will be added.
  std::unique_ptr<OwnedRow> next(bool at_end);
  /// Memory held, about.
  size_t bytes() const { return bytes_; }

 private:
  enum class State { kWaiting, kIn, kOut };
  struct Waiting {
    OwnedRow row;
    State state;
  };
  struct OfStream {
    std::deque<uint64_t> undecided;  // numbers of the rows that may still be before a match
    uint64_t wanted = 0;             // so many next rows are after a match
  };
  Waiting& at(uint64_t number) { return queue_[number - first_]; }

  uint64_t ahead_, behind_;
  std::deque<Waiting> queue_;
  uint64_t first_ = 0;  // number of queue_.front()
  size_t bytes_ = 0;
  std::unordered_map<const Stream*, OfStream> streams_;
};

}  // namespace sleipnir::logql
