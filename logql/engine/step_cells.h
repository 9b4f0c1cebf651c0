#pragma once
#include <span>
#include <vector>

#include "logql/engine/moments.h"
#include "logql/engine/series.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// Aggregates the series of a group at each step (logql.md §10.1), one group after another. The order of the series decides the order of float
/// additions. One thread.
class StepCells {
 public:
  StepCells(VectorOp op, uint32_t steps) : op_(op), cells_(steps) {}

  void add(std::span<const Point> points);
  /// The points of the group, ascending by step. The next group may follow.
  std::vector<Point> take();

 private:
  struct Cell {
    double value = 0;  // sum, minimum or maximum
    Mean mean;
    Spread spread;
    uint64_t count = 0;
  };

  void add(Cell& cell, double value) const;
  double result(const Cell& cell) const;

  VectorOp op_;
  std::vector<Cell> cells_;
  std::vector<uint32_t> used_;
};

}  // namespace sleipnir::logql
