#include "logql/engine/range_result.h"

#include <algorithm>
#include <numeric>

#include "logql/engine/series_map.h"
#include "logql/engine/step_cells.h"

namespace sleipnir::logql {

namespace {

/// Points of many series in one array.
struct FlatSeries {
  std::vector<uint32_t> series;
  std::vector<size_t> ends;  // in points, of each series
  std::vector<Point> points;

  void add(uint32_t number, std::span<const Point> more) {
    series.push_back(number);
    points.insert(points.end(), more.begin(), more.end());
    ends.push_back(points.size());
  }
  std::span<const Point> of(size_t i) const {
    const size_t begin = i == 0 ? 0 : ends[i - 1];
    return std::span(points).subspan(begin, ends[i] - begin);
  }
  size_t bytes() const { return series.capacity() * sizeof(uint32_t) + ends.capacity() * sizeof(size_t) + points.capacity() * sizeof(Point); }
};

/// Only these depend on the order of their series, by rounding.
bool depends_on_order(VectorOp op) { return op != VectorOp::kCount && op != VectorOp::kMin && op != VectorOp::kMax; }

class Collector {
 public:
  Collector(RangeScan& scan, const Cancellation* cancellation, MemoryBudget& memory)
      : series_(scan.series()), function_(scan.function()), poll_(cancellation) {
    vector_.held = BudgetShare(&memory);
  }

  /// Series are ordered by their keys: label sets are large and lie anywhere in memory.
  Result<Vector> all() {
    FlatSeries found;
    auto done = function_.finish([&](uint32_t series, std::span<const Point> points) {
      found.add(series, points);
      return vector_.held.set(found.bytes());
    }, poll_);
    if (!done.ok()) return done.error();
    std::vector<uint32_t> order(found.series.size());
    std::iota(order.begin(), order.end(), 0);
    stable_sort(order, poll_, [&](uint32_t a, uint32_t b) { return series_.labels_before(found.series[a], found.series[b]); });
    vector_.series.reserve(order.size());
    for (const uint32_t i : order) {
      const auto points = found.of(i);
      if (poll_.expired(1 + points.size() / 16)) return poll_.status().error();
      vector_.series.push_back({series_.labels(found.series[i]), {points.begin(), points.end()}});
      if (auto held = vector_.held.add(memory_of(vector_.series.back())); !held.ok()) return held.error();
    }
    return std::move(vector_);
  }

  Result<Vector> best(const Best& best) {
    BestSeries kept(best, [this](uint32_t a, uint32_t b) { return series_.labels_before(a, b); });
    size_t count = 0;
    auto done = function_.finish([&](uint32_t series, std::span<const Point> points) {
      ++count;
      kept.offer(series, points);
      return vector_.held.set(kept.bytes());
    }, poll_);
    if (!done.ok()) return done.error();
    for (auto& [series, points] : kept.take()) vector_.series.push_back({series_.labels(series), std::move(points)});
    vector_.left_out = count - vector_.series.size();
    return std::move(vector_);
  }

  /// Series go to their groups in the order of their keys, which depends on nothing but the data.
  Result<Vector> reduced(const VectorAggregation& by, uint32_t steps) {
    FlatSeries found;
    std::vector<uint32_t> group_of, order;
    SeriesMap groups;
    uint32_t counted = 0;
    size_t group_bytes = 0;
    auto done = function_.finish([&](uint32_t series, std::span<const Point> points) {
      found.add(series, points);
      group_of.push_back(groups.index(series_.group(series, by.grouping)));
      if (groups.size() > counted) group_bytes += memory_of(groups.labels(counted++));
      return vector_.held.set(found.bytes() + 2 * group_of.capacity() * sizeof(uint32_t) + group_bytes);
    }, poll_);
    if (!done.ok()) return done.error();
    order.resize(group_of.size());
    std::iota(order.begin(), order.end(), 0);
    const bool by_key = depends_on_order(by.op);
    stable_sort(order, poll_, [&](uint32_t a, uint32_t b) {
      if (group_of[a] != group_of[b]) return group_of[a] < group_of[b];
      return by_key && series_.before(found.series[a], found.series[b]);
    });
    StepCells cells(by.op, steps);
    for (size_t i = 0; i < order.size(); ++i) {
      const auto points = found.of(order[i]);
      if (poll_.expired(1 + points.size() / 16)) break;
      cells.add(points);
      const uint32_t group = group_of[order[i]];
      if (i + 1 < order.size() && group_of[order[i + 1]] == group) continue;
      vector_.series.push_back({groups.labels(group), cells.take()});
      if (auto held = vector_.held.add(memory_of(vector_.series.back())); !held.ok()) return held.error();
    }
    return sorted();
  }

 private:
  Result<Vector> sorted() {
    stable_sort(vector_.series, poll_, [](const PointSeries& a, const PointSeries& b) { return a.labels < b.labels; });
    if (!poll_.status().ok()) return poll_.status().error();
    return std::move(vector_);
  }

  const RowSeries& series_;
  RangeFunction& function_;
  Poll poll_;
  Vector vector_;
};

}  // namespace

Result<Vector> take_series(RangeScan& scan, const RangeUse& use, uint32_t steps, const Cancellation* cancellation, MemoryBudget& memory) {
  Collector collector(scan, cancellation, memory);
  if (use.reduces) return collector.reduced(*use.reduces, steps);
  return use.best ? collector.best(*use.best) : collector.all();
}

}  // namespace sleipnir::logql
