#pragma once
// One file a family of functions: each takes the rows of all series and gives the value of each window.
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "logql/engine/cells.h"
#include "logql/engine/poll.h"
#include "logql/engine/sliding_merge.h"
#include "logql/engine/window.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// Samples of one batch as columns; `rows` says which rows have one, ascending.
struct RangeRows {
  std::span<const uint32_t> rows;
  std::span<const uint32_t> series;    ///< dense from 0 over all batches; each has a row
  std::span<const uint64_t> slots;
  std::span<const Nanos> timestamps;   ///< empty for counted rows, and where RangePlan::order is kAny
  std::span<const double> values;      ///< a line's length or the unwrapped value; empty where each counts 1, for make_counting alone
};

/// What is done with the points of a series, ascending by step.
using PointSink = std::function<Result<void>(uint32_t series, std::span<const Point> points)>;

/// Rows in, points out. One thread. Rows come in time order where RangePlan::order asks for it.
class RangeFunction {
 public:
  virtual ~RangeFunction() = default;
  virtual void add(const RangeRows& rows) = 0;
  /// Takes over the rows of `other`, which is the same function and has seen later rows, where order matters; its series i is series_of[i] here.
  virtual void absorb(RangeFunction& other, std::span<const uint32_t> series_of) = 0;
  /// Hands out the points of each series, ascending, until the sink returns an error or the poll expires; no series comes without a point. Once,
  /// at the end.
  virtual Result<void> finish(const PointSink& sink, Poll& poll) = 0;
  /// Memory held.
  virtual size_t bytes() const = 0;
};

std::unique_ptr<RangeFunction> make_range_function(const RangeAggregation& aggregation, const Windows& windows);

/// Go's Duration.Seconds().
double seconds(Nanos d);

/// Keeps partials a cell. `Partial` has add(value, timestamp) beside what Cells asks of it.
template <class Partial>
class CellFunction : public RangeFunction {
 public:
  explicit CellFunction(const Windows& windows) : windows_(windows), cells_(windows.slots()) {}
  void add(const RangeRows& r) override {
    Partial* cell = nullptr;
    uint32_t series = 0;
    uint64_t slot = 0;
    for (const uint32_t row : r.rows) {
      if (!cell || series != r.series[row] || slot != r.slots[row]) cell = &cells_.of(series = r.series[row], slot = r.slots[row]);
      cell->add(r.values[row], r.timestamps.empty() ? 0 : r.timestamps[row]);
    }
  }
  void absorb(RangeFunction& other, std::span<const uint32_t> series_of) override {
    cells_.absorb(static_cast<CellFunction&>(other).cells_, series_of);
  }
  size_t bytes() const override { return cells_.bytes(); }

 protected:
  using Entry = typename Cells<Partial>::Entry;
  const Windows windows_;
  Cells<Partial> cells_;
};

/// A function whose windows are partials merged in slot order, so that a float result depends on the data alone. `Partial` has
/// value(windows, step), too.
template <class Partial>
class MergingFunction : public CellFunction<Partial> {
 public:
  using CellFunction<Partial>::CellFunction;
  Result<void> finish(const PointSink& sink, Poll& poll) override {
    std::vector<Point> points;
    return this->cells_.take([&](uint32_t series, const auto& entries) {
      points.clear();
      SlidingMerge sliding(entries);
      for_each_window(this->windows_, entries, [&](uint32_t step, size_t begin, size_t end) {
        if (!poll.expired()) points.push_back({step, sliding.window(begin, end).value(this->windows_, step)});
      });
      if (!poll.status().ok()) return poll.status();
      return points.empty() ? Result<void>() : sink(series, points);
    });
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
