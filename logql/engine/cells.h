#pragma once
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "logql/engine/cell_index.h"

namespace sleipnir::logql {

/// Partial results of a range function, one a (series, slot) that has a row, in one array. `Partial` has merge(later); a new one is neutral to it.
/// One thread. Memory: what the cells need, however many rows there are.
template <class Partial>
class Cells {
 public:
  struct Entry {
    uint64_t slot;
    Partial partial;
  };

  explicit Cells(uint64_t slots) : index_(slots) {}

  /// The reference lives until the next call.
  Partial& of(uint32_t series, uint64_t slot) {
    const uint32_t number = index_.of(series, slot);
    if (number >= partials_.size()) partials_.resize(number + 1);
    return partials_[number];
  }
  /// Takes over the cells of `later`, whose series i is series_of[i] here.
  void absorb(Cells& later, std::span<const uint32_t> series_of) {
    for (uint32_t number = 0; number < later.partials_.size(); ++number) {
      const CellIndex::Cell cell = later.index_.cell(number);
      of(series_of[cell.series], cell.slot).merge(later.partials_[number]);
    }
    later.partials_.clear();
  }
  /// Calls f(series, entries ascending by slot) for each series, ascending, until it returns an error. Leaves the cells empty.
  template <class F>
  Result<void> take(F&& f) {
    std::vector<Entry> entries;
    uint32_t series = 0;
    for (const uint32_t number : index_.ordered(static_cast<uint32_t>(partials_.size()))) {
      const CellIndex::Cell cell = index_.cell(number);
      if (cell.series != series && !entries.empty()) {
        if (auto done = f(series, entries); !done.ok()) return done;
        entries.clear();
      }
      series = cell.series;
      entries.push_back({cell.slot, std::move(partials_[number])});
    }
    return entries.empty() ? Result<void>() : f(series, entries);
  }
  size_t bytes() const { return index_.bytes() + partials_.capacity() * sizeof(Partial); }

 private:
  CellIndex index_;
  std::vector<Partial> partials_;
};

}  // namespace sleipnir::logql
