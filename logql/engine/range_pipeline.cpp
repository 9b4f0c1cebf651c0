#include "logql/engine/range_pipeline.h"

namespace sleipnir::logql {

Result<RangePipeline> RangePipeline::compile(RangePlan plan, const std::optional<Unwrap>& unwrap, const InSets& in_sets) {
  RangePipeline made;
  made.plan = std::move(plan);
  auto rows = Pipeline::compile(made.plan.stages, unwrap, made.plan.hints, in_sets);
  if (!rows.ok()) return rows.error();
  made.rows = *std::move(rows);

  auto lines = line_filters(made.plan.stages);
  if (!lines.ok()) return lines.error();
  made.lines = *std::move(lines);
  if (made.plan.fixed_labels) {
    std::vector<Stage> others = made.plan.stages;
    std::erase_if(others, [](const Stage& stage) { return std::holds_alternative<LineFilter>(stage); });
    auto labels = Pipeline::compile(others, unwrap, made.plan.hints, in_sets);
    if (!labels.ok()) return labels.error();
    made.labels = *std::move(labels);
    return made;
  }
  auto columns = plan_columns(made.plan, unwrap, in_sets);
  if (!columns.ok()) return columns.error();
  made.columns = *std::move(columns);
  return made;
}

}  // namespace sleipnir::logql
