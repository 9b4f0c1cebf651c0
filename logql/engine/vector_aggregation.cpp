#include "logql/engine/vector_aggregation.h"

#include "logql/engine/grouping.h"
#include "logql/engine/series_map.h"
#include "logql/engine/step_cells.h"

namespace sleipnir::logql {

Vector aggregate(const VectorAggregation& aggregation, Vector inner, const Steps& steps, Poll& poll) {
  SeriesMap groups;
  std::vector<std::vector<size_t>> members;
  for (size_t i = 0; i < inner.series.size(); ++i) {
    if (poll.expired()) return inner;
    uint32_t group = groups.index(group_labels(inner.series[i].labels, aggregation.grouping));
    if (group == members.size()) members.emplace_back();
    members[group].push_back(i);
  }

  Vector out;
  StepCells cells(aggregation.op, steps.count);
  for (uint32_t group = 0; group < members.size(); ++group) {
    for (size_t i : members[group]) {
      if (poll.expired(1 + inner.series[i].points.size() / 16)) return out;
      cells.add(inner.series[i].points);
    }
    out.series.push_back({groups.labels(group), cells.take()});
  }
  return out;
}

}  // namespace sleipnir::logql
