#include "logql/engine/binary_operation.h"

#include "logql/engine/matching.h"
#include "logql/syntax/operations.h"

namespace sleipnir::logql {

namespace {

/// A comparison without `bool` keeps the samples for which it holds, with the value of the vector on whichever side it stands.
Vector combine_with_scalar(const BinaryOperation& operation, Vector vector, double scalar, bool scalar_is_left) {
  bool filters = is_comparison(operation.op) && !operation.return_bool;
  for (PointSeries& series : vector.series) {
    size_t kept = 0;
    for (const Point& point : series.points) {
      double value = scalar_is_left ? fold(operation.op, scalar, point.value) : fold(operation.op, point.value, scalar);
      if (filters && value == 0) continue;
      series.points[kept++] = {point.step, filters ? point.value : value};
    }
    series.points.resize(kept);
  }
  std::erase_if(vector.series, [](const PointSeries& series) { return series.points.empty(); });
  return vector;
}

}  // namespace

Result<Vector> combine(const BinaryOperation& operation, Vector left, Vector right, Poll& poll) {
  if (left.scalar && right.scalar) return Vector::of_scalar(fold(operation.op, left.value, right.value));
  if (left.scalar) return combine_with_scalar(operation, std::move(right), left.value, true);
  if (right.scalar) return combine_with_scalar(operation, std::move(left), right.value, false);
  if (is_set_operation(operation.op)) return combine_sets(operation, left, right, poll);
  return combine_matching(operation, left, right, poll);
}

}  // namespace sleipnir::logql
