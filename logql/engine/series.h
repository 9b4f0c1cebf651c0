#pragma once
// What every node of a metric query yields: series with a value at some of the steps.
#include <cstdint>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "logql/engine/memory_budget.h"

namespace sleipnir::logql {

/// The instants at which a metric query is evaluated. An instant query has one.
struct Steps {
  Nanos start = 0;
  Nanos step = 0;
  uint32_t count = 1;

  Nanos time(uint32_t i) const { return start + static_cast<Nanos>(i) * step; }
};

struct Point {
  uint32_t step;
  double value;
};

/// Points ascend by step; a step occurs at most once.
struct PointSeries {
  LabelSet labels;
  std::vector<Point> points;
};

inline size_t memory_of(const PointSeries& series) { return memory_of(series.labels) + sizeof series + series.points.capacity() * sizeof(Point); }

/// The result of a node: a scalar (the same at every step) or series. Two series may have equal labels (label_replace can make them).
struct Vector {
  bool scalar = false;
  double value = 0;               ///< of the scalar
  bool by_value = false;          ///< the order of `series` is the answer of sort(), not to be changed
  std::vector<PointSeries> series;
  size_t left_out = 0;            ///< series that count for limits, but that the reader of this vector cannot take
  BudgetShare held;               ///< what the query's budget knows of it

  static Vector of_scalar(double v) {
    Vector vector;
    vector.scalar = true;
    vector.value = v;
    return vector;
  }
};

inline size_t memory_of(const Vector& vector) {
  size_t bytes = 0;
  for (const PointSeries& series : vector.series) bytes += memory_of(series);
  return bytes;
}

}  // namespace sleipnir::logql
