#include "logql/engine/best_series.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sleipnir::logql {

bool better(double a, double b, bool greatest) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return greatest ? a > b : a < b;
}

bool BestSeries::before(const Place& a, const Place& b) const {
  if (better(a.value, b.value, best_.greatest)) return true;
  return !better(b.value, a.value, best_.greatest) && labels_before_(a.series, b.series);
}

void BestSeries::offer(uint32_t series, std::span<const Point> points) {
  if (best_.count == 0) return;
  auto order = [this](const Place& a, const Place& b) { return before(a, b); };
  for (const Point& point : points) {
    if (point.step >= of_step_.size()) of_step_.resize(point.step + 1);
    Heap& heap = of_step_[point.step];
    const Place place{point.value, series};
    if (heap.size() == best_.count) {
      if (!before(place, heap.front())) continue;
      std::pop_heap(heap.begin(), heap.end(), order);
      heap.back() = place;
    } else {
      heap.push_back(place);
      ++places_;
    }
    std::push_heap(heap.begin(), heap.end(), order);
  }
}

std::vector<BestSeries::Found> BestSeries::take() {
  std::map<uint32_t, std::vector<Point>> points;
  for (uint32_t step = 0; step < of_step_.size(); ++step)
    for (const Place& place : of_step_[step]) points[place.series].push_back({step, place.value});
  std::vector<Found> found;
  for (auto& [series, of_series] : points) found.push_back({series, std::move(of_series)});
  std::stable_sort(found.begin(), found.end(), [this](const Found& a, const Found& b) { return labels_before_(a.series, b.series); });
  of_step_.clear();
  places_ = 0;
  return found;
}

}  // namespace sleipnir::logql
