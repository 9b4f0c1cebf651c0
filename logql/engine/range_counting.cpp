// count_over_time, rate of lines, bytes_over_time, bytes_rate, absent_over_time: integers, so that a window slides by adding the slots
// that enter and subtracting those that leave, and the order of rows does not matter.
#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

struct Count {
  int64_t sum = 0;
  void add(double value, Nanos) { sum += static_cast<int64_t>(value); }
  void merge(const Count& other) { sum += other.sum; }
};

class Counting : public CellFunction<Count> {
 public:
  Counting(const Windows& windows, double divisor) : CellFunction(windows), divisor_(divisor) {}

  void add(const RangeRows& r) override {
    if (!r.values.empty()) return CellFunction::add(r);
    for (const uint32_t row : r.rows) ++cells_.of(r.series[row], r.slots[row]).sum;
  }

  Result<void> finish(const PointSink& sink, Poll& poll) override {
    std::vector<Point> points;
    return cells_.take([&](uint32_t series, const std::vector<Entry>& entries) {
      points.clear();
      size_t left = 0, entered = 0;
      int64_t sum = 0;
      for_each_window(windows_, entries, [&](uint32_t step, size_t begin, size_t end) {
        for (; entered < end; ++entered) sum += entries[entered].partial.sum;
        for (; left < begin; ++left) sum -= entries[left].partial.sum;
        points.push_back({step, static_cast<double>(sum) / divisor_});
      });
      if (poll.expired(points.size())) return poll.status();
      return points.empty() ? Result<void>() : sink(series, points);
    });
  }

 private:
  double divisor_;
};

}  // namespace

RangeFunctionPtr make_counting(const Windows& windows, double divisor) { return std::make_unique<Counting>(windows, divisor); }

}  // namespace sleipnir::logql
