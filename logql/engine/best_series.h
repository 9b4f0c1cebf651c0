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
/// the order. One thread. Memory: steps times `count` points, and the labels of their series.
class BestSeries {
 public:
  explicit BestSeries(const Best& best) : best_(best) {}

  /// `labels` is asked where the series may be among the best.
  void offer(std::span<const Point> points, const std::function<LabelSet()>& labels);
  /// The series that have points among the best of their step, with these points, sorted by labels. Leaves nothing.
  std::vector<PointSeries> take();
  /// Memory held, about.
  size_t bytes() const { return label_bytes_ + places_ * sizeof(Place) + of_step_.capacity() * sizeof(Heap) + kept_.capacity() * sizeof(Kept); }

 private:
  struct Place {
    double value;
    uint32_t series;  // index into kept_
  };
  using Heap = std::vector<Place>;  // the worst in front
  struct Kept {
    LabelSet labels;
    size_t places = 0;
  };

  bool before(const Place& a, const Place& b) const;
  uint32_t keep(LabelSet labels);
  void forget(uint32_t series);

  Best best_;
  std::vector<Heap> of_step_;
  std::vector<Kept> kept_;
  std::vector<uint32_t> free_;  // of kept_
  size_t places_ = 0, label_bytes_ = 0;
};

}  // namespace sleipnir::logql
