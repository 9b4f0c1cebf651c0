// Sums and moments of unwrapped values: sum_over_time, rate, avg_over_time, stddev_over_time, stdvar_over_time.
#include <cmath>

#include "logql/engine/exact_sum.h"
#include "logql/engine/moments.h"
#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

struct Sum {
  ExactSum sum;
  void add(double value, Nanos) { sum.add(value); }
  void merge(const Sum& other) { sum.merge(other.sum); }
  double value(const Windows&, uint32_t) const { return static_cast<double>(sum.value()); }
};

struct Rate : Sum {
  double value(const Windows& windows, uint32_t step) const { return Sum::value(windows, step) / seconds(windows.range()); }
};

struct Average : Sum {
  uint64_t count = 0;
  void add(double value, Nanos timestamp) {
    Sum::add(value, timestamp);
    ++count;
  }
  void merge(const Average& other) {
    Sum::merge(other);
    count += other.count;
  }
  double value(const Windows&, uint32_t) const { return static_cast<double>(sum.value() / static_cast<long double>(count)); }
};

struct Variance : Spread {
  void add(double value, Nanos) { Spread::add(value); }
  double value(const Windows&, uint32_t) const { return variance(); }
};

struct Deviation : Variance {
  double value(const Windows&, uint32_t) const { return std::sqrt(variance()); }
};

}  // namespace

RangeFunctionPtr make_unwrapped_sum(RangeOp op, const Windows& windows) {
  switch (op) {
    case RangeOp::kRate: return std::make_unique<MergingFunction<Rate>>(windows);
    case RangeOp::kAvgOverTime: return std::make_unique<MergingFunction<Average>>(windows);
    case RangeOp::kStdvarOverTime: return std::make_unique<MergingFunction<Variance>>(windows);
    case RangeOp::kStddevOverTime: return std::make_unique<MergingFunction<Deviation>>(windows);
    default: return std::make_unique<MergingFunction<Sum>>(windows);
  }
}

}  // namespace sleipnir::logql
