// rate_counter: the increase of a counter with resets, extrapolated to the window (logql.md §9.2).
#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

struct Counter {
  uint64_t count = 0;
  Nanos first_time = 0, last_time = 0;
  double first = 0, last = 0;
  double lost = 0;  // what resets took away

  void add(double value, Nanos timestamp) { merge({1, timestamp, timestamp, value, value, 0}); }
  void merge(const Counter& later) {
    if (count == 0) {
      *this = later;
      return;
    }
    if (later.first < last) lost += last;
    lost += later.lost;
    count += later.count;
    last_time = later.last_time;
    last = later.last;
  }

  double value(const Windows& windows, uint32_t step) const {
    if (count < 2) return 0;
    double increase = last - first + lost;
    double sampled = seconds(last_time - first_time), gap = sampled / static_cast<double>(count - 1), threshold = gap * 1.1;
    double to_start = seconds(first_time - windows.window_begin(step)), to_end = seconds(windows.window_end(step) - last_time);
    if (to_start >= threshold) to_start = gap / 2;
    if (increase > 0 && first >= 0) to_start = std::min(to_start, sampled * (first / increase));
    if (to_end >= threshold) to_end = gap / 2;
    return increase * ((sampled + to_start + to_end) / sampled) / seconds(windows.range());
  }
};

}  // namespace

RangeFunctionPtr make_rate_counter(const Windows& windows) { return std::make_unique<MergingFunction<Counter>>(windows); }

}  // namespace sleipnir::logql
