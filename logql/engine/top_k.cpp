// topk, bottomk, approx_topk, sort, sort_desc.
#include <algorithm>

#include "logql/engine/grouping.h"
#include "logql/engine/series_map.h"
#include "logql/engine/vector_aggregation.h"

namespace sleipnir::logql {

Best best_of(const VectorAggregation& aggregation) {
  return {static_cast<size_t>(std::max<int64_t>(0, aggregation.parameter.value_or(0))), aggregation.op != VectorOp::kBottomk};
}

Vector select_top(const VectorAggregation& aggregation, Vector inner, Poll& poll) {
  SeriesMap groups;
  std::vector<std::vector<uint32_t>> members;
  for (uint32_t i = 0; i < inner.series.size(); ++i) {
    if (poll.expired()) return inner;
    const uint32_t group = groups.index(group_labels(inner.series[i].labels, aggregation.grouping));
    if (group == members.size()) members.emplace_back();
    members[group].push_back(i);
  }
  Vector out;
  for (const auto& group : members) {
    BestSeries best(best_of(aggregation), [&](uint32_t a, uint32_t b) { return inner.series[a].labels < inner.series[b].labels; });
    for (const uint32_t i : group) {
      if (poll.expired(1 + inner.series[i].points.size() / 16)) return out;
      best.offer(i, inner.series[i].points);
    }
    for (auto& [series, points] : best.take()) out.series.push_back({std::move(inner.series[series].labels), std::move(points)});
  }
  return out;
}

Vector sort_by_value(Vector inner, bool descending, const Steps& steps, Poll& poll) {
  if (steps.step != 0) return inner;
  stable_sort(inner.series, poll, [&](const PointSeries& a, const PointSeries& b) {
    const double left = a.points[0].value, right = b.points[0].value;
    if (better(left, right, descending)) return true;
    return !better(right, left, descending) && a.labels < b.labels;
  });
  inner.by_value = true;
  return inner;
}

}  // namespace sleipnir::logql
