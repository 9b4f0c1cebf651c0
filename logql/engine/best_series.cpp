#include "logql/engine/best_series.h"

#include <algorithm>
#include <cmath>

namespace sleipnir::logql {

bool better(double a, double b, bool greatest) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return greatest ? a > b : a < b;
}

bool BestSeries::before(const Place& a, const Place& b) const {
  if (better(a.value, b.value, best_.greatest)) return true;
  return !better(b.value, a.value, best_.greatest) && kept_[a.series].labels < kept_[b.series].labels;
}

void BestSeries::offer(std::span<const Point> points, const std::function<LabelSet()>& labels) {
  constexpr uint32_t kNone = UINT32_MAX;
  auto order = [this](const Place& a, const Place& b) { return before(a, b); };
  if (best_.count == 0) return;
  uint32_t series = kNone;
  for (const Point& point : points) {
    if (point.step >= of_step_.size()) of_step_.resize(point.step + 1);
    Heap& heap = of_step_[point.step];
    const bool full = heap.size() == best_.count;
    if (full && better(heap.front().value, point.value, best_.greatest)) continue;
    if (series == kNone) series = keep(labels());
    const Place place{point.value, series};
    if (full) {
      if (!before(place, heap.front())) continue;
      std::pop_heap(heap.begin(), heap.end(), order);
      const uint32_t out = heap.back().series;
      heap.pop_back();
      --places_;
      if (--kept_[out].places == 0) forget(out);
    }
    heap.push_back(place);
    std::push_heap(heap.begin(), heap.end(), order);
    ++places_;
    ++kept_[series].places;
  }
  if (series != kNone && kept_[series].places == 0) forget(series);
}

std::vector<PointSeries> BestSeries::take() {
  std::vector<PointSeries> all(kept_.size());
  for (uint32_t step = 0; step < of_step_.size(); ++step)
    for (const Place& place : of_step_[step]) all[place.series].points.push_back({step, place.value});
  for (size_t i = 0; i < all.size(); ++i) all[i].labels = std::move(kept_[i].labels);
  std::erase_if(all, [](const PointSeries& series) { return series.points.empty(); });
  std::sort(all.begin(), all.end(), [](const PointSeries& a, const PointSeries& b) { return a.labels < b.labels; });
  *this = BestSeries(best_);
  return all;
}

uint32_t BestSeries::keep(LabelSet labels) {
  label_bytes_ += memory_of(labels);
  if (free_.empty()) {
    kept_.push_back({std::move(labels)});
    return static_cast<uint32_t>(kept_.size() - 1);
  }
  const uint32_t series = free_.back();
  free_.pop_back();
  kept_[series] = {std::move(labels)};
  return series;
}

void BestSeries::forget(uint32_t series) {
  label_bytes_ -= memory_of(kept_[series].labels);
  kept_[series] = {};
  free_.push_back(series);
}

}  // namespace sleipnir::logql
