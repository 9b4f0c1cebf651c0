#include "logql/engine/vector_aggregation.h"

#include <algorithm>
#include <cmath>

#include "logql/engine/grouping.h"
#include "logql/engine/moments.h"
#include "logql/engine/series_map.h"

namespace sleipnir::logql {

namespace {

/// Accumulates the values of one group at one step.
struct Cell {
  double value = 0;  // sum, minimum or maximum
  Mean mean;
  Spread spread;
  uint64_t count = 0;
};

void add(Cell& cell, VectorOp op, double v) {
  bool first = cell.count++ == 0;
  switch (op) {
    case VectorOp::kSum: cell.value += v; break;
    case VectorOp::kAvg: cell.mean.add(v); break;
    case VectorOp::kMax: first ? void(cell.value = v) : take_greater(cell.value, v); break;
    case VectorOp::kMin: first ? void(cell.value = v) : take_less(cell.value, v); break;
    case VectorOp::kStddev:
    case VectorOp::kStdvar: cell.spread.add(v); break;
    default: break;
  }
}

double result(const Cell& cell, VectorOp op) {
  switch (op) {
    case VectorOp::kAvg: return cell.mean.mean;
    case VectorOp::kCount: return static_cast<double>(cell.count);
    case VectorOp::kStddev: return std::sqrt(cell.spread.variance());
    case VectorOp::kStdvar: return cell.spread.variance();
    default: return cell.value;
  }
}

/// Cells of the steps, used for one group after another.
class Row {
 public:
  explicit Row(uint32_t steps) : cells_(steps) {}

  void add(const PointSeries& series, VectorOp op) {
    for (const Point& point : series.points) {
      if (cells_[point.step].count == 0) used_.push_back(point.step);
      logql::add(cells_[point.step], op, point.value);
    }
  }
  std::vector<Point> take(VectorOp op) {
    std::sort(used_.begin(), used_.end());
    std::vector<Point> points;
    points.reserve(used_.size());
    for (uint32_t step : used_) {
      points.push_back({step, result(cells_[step], op)});
      cells_[step] = {};
    }
    used_.clear();
    return points;
  }

 private:
  std::vector<Cell> cells_;
  std::vector<uint32_t> used_;
};

}  // namespace

Vector aggregate(const VectorAggregation& aggregation, Vector inner, const Steps& steps, Poll& poll) {
  SeriesMap groups;
  std::vector<std::vector<size_t>> members;
  for (size_t i = 0; i < inner.series.size(); ++i) {
    if (poll.expired()) return inner;
    uint32_t group = groups.index(group_labels(inner.series[i].labels, aggregation.grouping));
    if (group == members.size()) members.emplace_back();
    members[group].push_back(i);
  }

  Vector out;
  Row row(steps.count);
  for (uint32_t group = 0; group < members.size(); ++group) {
    for (size_t i : members[group]) {
      if (poll.expired(1 + inner.series[i].points.size() / 16)) return out;
      row.add(inner.series[i], aggregation.op);
    }
    out.series.push_back({groups.labels(group), row.take(aggregation.op)});
  }
  return out;
}

}  // namespace sleipnir::logql
