// count_over_time, rate of lines, bytes_over_time, bytes_rate, absent_over_time: integers, so that a window slides by adding the slots
// that enter and subtracting those that leave, and the order of rows does not matter.
#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

struct Count {
  int64_t sum = 0;
  void add(const RangeRow& row) { sum += static_cast<int64_t>(row.value); }
  void merge(const Count& other) { sum += other.sum; }
};

class Counting : public PartialFunction<Count> {
 public:
  Counting(const Windows& windows, double divisor) : PartialFunction(windows), divisor_(divisor) {}

  std::vector<Point> finish(uint32_t series) override {
    SlotPartials<Count> partials = std::move(of(series));
    const auto& entries = partials.sorted();
    std::vector<Point> points;
    size_t left = 0, entered = 0;
    int64_t sum = 0;
    for_each_window(windows_, entries, [&](uint32_t step, size_t begin, size_t end) {
      for (; entered < end; ++entered) sum += entries[entered].partial.sum;
      for (; left < begin; ++left) sum -= entries[left].partial.sum;
      points.push_back({step, static_cast<double>(sum) / divisor_});
    });
    return points;
  }

 private:
  double divisor_;
};

}  // namespace

RangeFunctionPtr make_counting(const Windows& windows, double divisor) { return std::make_unique<Counting>(windows, divisor); }

}  // namespace sleipnir::logql
