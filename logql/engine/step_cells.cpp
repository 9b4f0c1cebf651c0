#include "logql/engine/step_cells.h"

#include <algorithm>
#include <cmath>

namespace sleipnir::logql {

void StepCells::add(std::span<const Point> points) {
  for (const Point& point : points) {
    Cell& cell = cells_[point.step];
    if (cell.count == 0) used_.push_back(point.step);
    add(cell, point.value);
  }
}

std::vector<Point> StepCells::take() {
  std::sort(used_.begin(), used_.end());
  std::vector<Point> points;
  points.reserve(used_.size());
  for (const uint32_t step : used_) {
    points.push_back({step, result(cells_[step])});
    cells_[step] = {};
  }
  used_.clear();
  return points;
}

void StepCells::add(Cell& cell, double value) const {
  const bool first = cell.count++ == 0;
  switch (op_) {
    case VectorOp::kSum: cell.value += value; break;
    case VectorOp::kAvg: cell.mean.add(value); break;
    case VectorOp::kMax: first ? void(cell.value = value) : take_greater(cell.value, value); break;
    case VectorOp::kMin: first ? void(cell.value = value) : take_less(cell.value, value); break;
    case VectorOp::kStddev:
    case VectorOp::kStdvar: cell.spread.add(value); break;
    default: break;
  }
}

double StepCells::result(const Cell& cell) const {
  switch (op_) {
    case VectorOp::kAvg: return cell.mean.mean;
    case VectorOp::kCount: return static_cast<double>(cell.count);
    case VectorOp::kStddev: return std::sqrt(cell.spread.variance());
    case VectorOp::kStdvar: return cell.spread.variance();
    default: return cell.value;
  }
}

}  // namespace sleipnir::logql
