// min_over_time, max_over_time, first_over_time, last_over_time: one value a slot is enough.
#include "logql/engine/moments.h"
#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

struct One {
  bool empty = true;
  double v = 0;
  double value(const Windows&, uint32_t) const { return v; }
};

struct Greatest : One {
  void take(double by) {
    if (empty) v = by;
    else take_greater(v, by);
    empty = false;
  }
  void add(double value, Nanos) { take(value); }
  void merge(const Greatest& later) { take(later.v); }
};

struct Least : One {
  void take(double by) {
    if (empty) v = by;
    else take_less(v, by);
    empty = false;
  }
  void add(double value, Nanos) { take(value); }
  void merge(const Least& later) { take(later.v); }
};

struct First : One {
  void take(double by) {
    if (empty) v = by;
    empty = false;
  }
  void add(double value, Nanos) { take(value); }
  void merge(const First& later) { take(later.v); }
};

struct Last : One {
  void add(double value, Nanos) { v = value; }
  void merge(const Last& later) { v = later.v; }
};

}  // namespace

RangeFunctionPtr make_extreme(RangeOp op, const Windows& windows) {
  if (op == RangeOp::kMinOverTime) return std::make_unique<MergingFunction<Least>>(windows);
  return std::make_unique<MergingFunction<Greatest>>(windows);
}

RangeFunctionPtr make_first_or_last(RangeOp op, const Windows& windows) {
  if (op == RangeOp::kFirstOverTime) return std::make_unique<MergingFunction<First>>(windows);
  return std::make_unique<MergingFunction<Last>>(windows);
}

}  // namespace sleipnir::logql
