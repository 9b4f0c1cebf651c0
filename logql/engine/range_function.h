#pragma once
// One file a family of functions: each takes the rows of all series and gives the value of each window.
#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "logql/engine/window.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

struct RangeRow {
  uint32_t series;  ///< dense from 0
  uint64_t slot;
  Nanos timestamp;
  double value;  ///< 1 of a counted line, its length, or the unwrapped value
};

/// Rows in, points out. One thread. Rows come in time order where RangePlan::order asks for it.
class RangeFunction {
 public:
  virtual ~RangeFunction() = default;
  virtual void add(std::span<const RangeRow> rows) = 0;
  /// Takes over the rows of a series of `other`, which is the same function and has seen later rows, where order matters.
  virtual void absorb(uint32_t series, RangeFunction& other, uint32_t other_series) = 0;
  /// The points of a series, ascending by step; no point where the window is empty. Frees what was kept for the series.
  virtual std::vector<Point> finish(uint32_t series) = 0;
};

std::unique_ptr<RangeFunction> make_range_function(const RangeAggregation& aggregation, const Windows& windows);

/// Go's Duration.Seconds().
double seconds(Nanos d);

/// Partial results of one series, one a slot. Memory: what the non-empty slots need, however many rows there are.
template <class Partial>
class SlotPartials {
 public:
  struct Entry {
    uint64_t slot;
    Partial partial;
  };

  void add(const RangeRow& row) {
    if (entries_.empty() || entries_.back().slot != row.slot) append(row.slot);
    entries_.back().partial.add(row);
  }
  /// Appends what later rows gave.
  void absorb(const SlotPartials& later) {
    for (const Entry& entry : later.entries_) {
      if (entries_.empty() || entries_.back().slot != entry.slot) append(entry.slot);
      entries_.back().partial.merge(entry.partial);
    }
  }
  /// Ascending by slot, each slot once.
  const std::vector<Entry>& sorted() {
    compact();
    return entries_;
  }

 private:
  // Rows that come in any order may open a slot many times; merging when the list has doubled keeps it within twice its final size.
  void append(uint64_t slot) {
    ascending_ = ascending_ && (entries_.empty() || entries_.back().slot < slot);
    if (!ascending_ && entries_.size() >= 2 * compacted_ + 64) compact();
    entries_.push_back({slot, {}});
  }
  void compact() {
    if (!ascending_) {
      std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.slot < b.slot; });
      size_t kept = 0;
      for (size_t i = 1; i < entries_.size(); ++i) {
        if (entries_[i].slot == entries_[kept].slot) entries_[kept].partial.merge(entries_[i].partial);
        else entries_[++kept] = entries_[i];
      }
      if (!entries_.empty()) entries_.resize(kept + 1);
    }
    compacted_ = entries_.size();
  }

  std::vector<Entry> entries_;
  size_t compacted_ = 0;
  bool ascending_ = true;
};

/// Keeps partials for every series.
template <class Partial>
class PartialFunction : public RangeFunction {
 public:
  explicit PartialFunction(const Windows& windows) : windows_(windows) {}
  void add(std::span<const RangeRow> rows) override {
    for (const RangeRow& row : rows) of(row.series).add(row);
  }
  void absorb(uint32_t series, RangeFunction& other, uint32_t other_series) override {
    of(series).absorb(static_cast<PartialFunction&>(other).of(other_series));
  }

 protected:
  SlotPartials<Partial>& of(uint32_t series) {
    if (series >= series_.size()) series_.resize(series + 1);
    return series_[series];
  }
  const Windows windows_;

 private:
  std::vector<SlotPartials<Partial>> series_;
};

/// Merges the partials of windows that slide over ascending entries: the older part of a window is kept as merged suffixes, the newer as
/// one partial, so that each entry is merged a constant number of times however much windows overlap.
template <class Partial>
class SlidingMerge {
 public:
  using Entries = std::vector<typename SlotPartials<Partial>::Entry>;
  explicit SlidingMerge(const Entries& entries) : entries_(entries) {}

  /// The partial of entries [begin, end), which is not empty. Neither begin nor end may go back.
  Partial window(size_t begin, size_t end) {
    if (begin >= middle_) restart(begin, end);
    for (; end_ < end; ++end_) newer_.merge(entries_[end_].partial);
    Partial merged = suffixes_[middle_ - 1 - begin];
    if (end_ > middle_) merged.merge(newer_);
    return merged;
  }

 private:
  void restart(size_t begin, size_t end) {
    middle_ = end_ = end;
    newer_ = {};
    suffixes_.clear();
    for (size_t i = end; i-- > begin;) {
      Partial suffix = entries_[i].partial;
      if (!suffixes_.empty()) suffix.merge(suffixes_.back());
      suffixes_.push_back(suffix);
    }
  }

  const Entries& entries_;
  std::vector<Partial> suffixes_;  // suffixes_[k]: of entries [middle_ - 1 - k, middle_)
  Partial newer_{};                // of entries [middle_, end_)
  size_t middle_ = 0, end_ = 0;
};

/// A function whose windows are partials merged in slot order, so that a float result depends on the data alone. `Partial` has
/// add(row), merge(later) and value(windows, step); a new one is neutral to merge.
template <class Partial>
class MergingFunction : public PartialFunction<Partial> {
 public:
  using PartialFunction<Partial>::PartialFunction;
  std::vector<Point> finish(uint32_t series) override {
    SlotPartials<Partial> partials = std::move(this->of(series));
    const auto& entries = partials.sorted();
    std::vector<Point> points;
    SlidingMerge<Partial> sliding(entries);
    for_each_window(this->windows_, entries, [&](uint32_t step, size_t begin, size_t end) {
      points.push_back({step, sliding.window(begin, end).value(this->windows_, step)});
    });
    return points;
  }
};

using RangeFunctionPtr = std::unique_ptr<RangeFunction>;
RangeFunctionPtr make_counting(const Windows& windows, double divisor);            // range_counting.cpp
RangeFunctionPtr make_unwrapped_sum(RangeOp op, const Windows& windows);           // range_unwrapped.cpp
RangeFunctionPtr make_extreme(RangeOp op, const Windows& windows);                 // range_extremes.cpp
RangeFunctionPtr make_first_or_last(RangeOp op, const Windows& windows);           // range_extremes.cpp
RangeFunctionPtr make_quantile(double phi, const Windows& windows);                // range_quantile.cpp
RangeFunctionPtr make_rate_counter(const Windows& windows);                        // range_rate_counter.cpp

}  // namespace sleipnir::logql
