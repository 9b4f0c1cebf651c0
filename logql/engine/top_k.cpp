#include <algorithm>
#include <cmath>

#include "logql/engine/grouping.h"
#include "logql/engine/series_map.h"
#include "logql/engine/vector_aggregation.h"

namespace sleipnir::logql {

namespace {

struct Candidate {
  uint32_t step, group;
  uint32_t series;
  double value;
};

/// Numbers before NaN, which is equal to itself.
bool better(double a, double b, bool descending) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return descending ? a > b : a < b;
}

/// Ties go to the smaller label set, so that the answer does not depend on how the input was computed.
void order_by_labels(Vector& vector, Poll& poll) {
  stable_sort(vector.series, poll, [](const PointSeries& a, const PointSeries& b) { return a.labels < b.labels; });
}

/// All points, the best of each group and step first; ties in the order of the series.
std::vector<Candidate> ranked(const VectorAggregation& aggregation, const Vector& inner, bool descending, Poll& poll) {
  SeriesMap groups;
  std::vector<Candidate> candidates;
  for (uint32_t i = 0; i < inner.series.size(); ++i) {
    if (poll.expired(1 + inner.series[i].points.size() / 16)) return candidates;
    uint32_t group = groups.index(group_labels(inner.series[i].labels, aggregation.grouping));
    for (const Point& point : inner.series[i].points) candidates.push_back({point.step, group, i, point.value});
  }
  stable_sort(candidates, poll, [&](const Candidate& a, const Candidate& b) {
    if (a.step != b.step) return a.step < b.step;
    if (a.group != b.group) return a.group < b.group;
    if (better(a.value, b.value, descending)) return true;
    if (better(b.value, a.value, descending)) return false;
    return a.series < b.series;
  });
  return candidates;
}

}  // namespace

std::vector<size_t> in_reach(std::span<const std::span<const Point>> series, const Best& best) {
  auto before = [&](double a, double b) { return better(a, b, best.greatest); };
  std::vector<size_t> kept;
  if (best.count == 0) return kept;
  std::vector<std::vector<double>> of_step;  // heaps of the best, the worst of them in front
  for (const auto points : series) {
    for (const Point& point : points) {
      if (point.step >= of_step.size()) of_step.resize(point.step + 1);
      auto& heap = of_step[point.step];
      if (heap.size() == best.count) {
        if (!before(point.value, heap.front())) continue;
        std::pop_heap(heap.begin(), heap.end(), before);
        heap.pop_back();
      }
      heap.push_back(point.value);
      std::push_heap(heap.begin(), heap.end(), before);
    }
  }
  for (size_t i = 0; i < series.size(); ++i) {
    auto reaches = [&](const Point& point) { return !before(of_step[point.step].front(), point.value); };
    if (std::any_of(series[i].begin(), series[i].end(), reaches)) kept.push_back(i);
  }
  return kept;
}

Vector select_top(const VectorAggregation& aggregation, Vector inner, Poll& poll) {
  bool descending = aggregation.op != VectorOp::kBottomk;
  order_by_labels(inner, poll);
  auto candidates = ranked(aggregation, inner, descending, poll);
  for (PointSeries& series : inner.series) series.points.clear();
  int64_t taken = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    if (i == 0 || candidates[i - 1].step != c.step || candidates[i - 1].group != c.group) taken = 0;
    if (taken++ < aggregation.parameter.value_or(0)) inner.series[c.series].points.push_back({c.step, c.value});
  }
  std::erase_if(inner.series, [](const PointSeries& series) { return series.points.empty(); });
  inner.by_value = false;
  inner.left_out = 0;
  return inner;
}

Vector sort_by_value(Vector inner, bool descending, const Steps& steps, Poll& poll) {
  if (steps.step != 0) return inner;
  order_by_labels(inner, poll);
  stable_sort(inner.series, poll, [&](const PointSeries& a, const PointSeries& b) {
    return better(a.points[0].value, b.points[0].value, descending);
  });
  inner.by_value = true;
  return inner;
}

}  // namespace sleipnir::logql
