#include "logql/engine/line_test.h"

#include <algorithm>

#include "logql/stages/literal_tests.h"

namespace sleipnir::logql {

namespace {

/// Whether the condition that the predicate holds for this filter says the same as the filter, and not less.
bool same_as_condition(const LineFilter& filter) {
  auto contains = [](const LineFilter::Arg& arg) { return !arg.ip && !arg.text.empty(); };
  auto matches = [](const LineFilter::Arg& arg) {
    const auto tests = literal_tests(arg.text, false);
    if (!tests) return true;
    auto plain = [](const LiteralTest& t) { return t.kind == LiteralTest::Kind::kContains && !t.fold; };
    return !tests->empty() && std::all_of(tests->begin(), tests->end(), plain);
  };
  switch (filter.op) {
    case LineFilterOp::kContains: return std::all_of(filter.args.begin(), filter.args.end(), contains);
    case LineFilterOp::kRegex: return std::all_of(filter.args.begin(), filter.args.end(), matches);
    default: return false;
  }
}

}  // namespace

Result<LineFilters> line_filters(const std::vector<Stage>& stages) {
  LineFilters filters;
  filters.in_predicate = true;
  std::vector<Stage> lines;
  for (const Stage& stage : stages) {
    // Conditions end where a line may change, even at an `unpack` that is skipped.
    if (std::holds_alternative<UnpackStage>(stage)) filters.in_predicate = false;
    const auto* line = std::get_if<LineFilter>(&stage);
    if (!line) continue;
    filters.in_predicate &= same_as_condition(*line);
    lines.push_back(stage);
  }
  if (lines.empty()) return filters;
  auto pipeline = Pipeline::compile(lines);
  if (!pipeline.ok()) return pipeline.error();
  filters.pipeline = *std::move(pipeline);
  return filters;
}

}  // namespace sleipnir::logql
