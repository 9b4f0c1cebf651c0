#pragma once
#include <functional>
#include <span>
#include <vector>

#include "logql/engine/series.h"

namespace sleipnir::logql {

/// What topk or bottomk over all series take at each step.
struct Best {
  size_t count;
  bool greatest;
};

/// Whether `a` comes before `b`: numbers before NaN, which is equal to itself.
bool better(double a, double b, bool greatest);

/// Keeps the best points of each step, and forgets all others as series come. Ties go to the smaller label set, so that the answer does not depend on
/// the order. Series are numbers: labels are compared where points tie. One thread. Memory: steps times `count` points.
class BestSeries {
 public:
  /// Whether the labels of a series are less than those of another.
  using LabelsBefore = std::function<bool(uint32_t, uint32_t)>;
  BestSeries(const Best& best, LabelsBefore labels_before) : best_(best), labels_before_(std::move(labels_before)) {}

  void offer(uint32_t series, std::span<const Point> points);

  struct Found {
    uint32_t series;
    std::vector<Point> points;
  };
  /// The series that have points among the best of their step, with these points, ascending by labels. Leaves nothing.
  std::vector<Found> take();
  /// Memory held, about.
  size_t bytes() const { return places_ * sizeof(Place) + of_step_.capacity() * sizeof(Heap); }

 private:
  struct Place {
    double value;
    uint32_t series;
  };
  using Heap = std::vector<Place>;  // the worst in front

  bool before(const Place& a, const Place& b) const;

  Best best_;
  LabelsBefore labels_before_;
  std::vector<Heap> of_step_;
  size_t places_ = 0;
};

}  // namespace sleipnir::logql
