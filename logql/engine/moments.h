#pragma once
// Running mean and variance, of rows (range aggregations) and of series (vector aggregations).
#include <cmath>

namespace sleipnir::logql {

/// Running mean. An infinite mean stays when finite values or the same infinity follow (logql.md §9.2).
struct Mean {
  double count = 0, mean = 0;

  void add(double v) {
    count += 1;
    if (std::isinf(mean) && (std::isinf(v) ? (mean > 0) == (v > 0) : !std::isnan(v))) return;
    mean += v / count - mean / count;
  }
};

/// Welford's algorithm; merge is Chan's. The variance is that of the population.
struct Spread {
  double count = 0, mean = 0, squares = 0;

  void add(double v) {
    count += 1;
    double delta = v - mean;
    mean += delta / count;
    squares += delta * (v - mean);
  }
  void merge(const Spread& later) {
    if (count == 0) {
      *this = later;
      return;
    }
    double total = count + later.count, delta = later.mean - mean;
    squares += later.squares + delta * delta * (count / total * later.count);
    mean += delta * (later.count / total);
    count = total;
  }
  double variance() const { return squares / count; }
};

/// `by` replaces `v` where it is greater (less) or `v` is NaN: NaN stands only where there is nothing else.
inline void take_greater(double& v, double by) {
  if (v < by || std::isnan(v)) v = by;
}
inline void take_less(double& v, double by) {
  if (by < v || std::isnan(v)) v = by;
}

}  // namespace sleipnir::logql
