#include "logql/engine/in_sets.h"

namespace sleipnir::logql {

namespace {

void find_in_filters(const LabelFilter& filter, std::vector<const LabelFilter::In*>& found) {
  if (auto* in = std::get_if<LabelFilter::In>(&filter.v)) found.push_back(in);
  if (auto* binary = std::get_if<LabelFilter::Binary>(&filter.v)) {
    find_in_filters(*binary->left, found);
    find_in_filters(*binary->right, found);
  }
}

using Values = std::set<std::string, std::less<>>;

Result<std::shared_ptr<const Values>> values_of(const LabelFilter::In& in, Nanos start, Nanos end, const QueryContext& context) {
  auto values = std::make_shared<Values>();
  LogQuery everything{.start = start, .end = end, .direction = Direction::kForward, .limit = 0};
  auto done = run_logs(*in.query, everything, context, [&](const LogRow& row) {
    if (const std::string* value = row.labels->find(in.label_of_query)) values->insert(*value);
    return values->size() <= kMaxInValues;
  });
  if (!done.ok()) return done.error();
  if (values->size() > kMaxInValues) {
    return Error{ErrorKind::kLimit, "more than " + std::to_string(kMaxInValues) + " values of " + in.label_of_query + " for " + in.name +
                                        " in (...); make the inner query more specific or its time range shorter"};
  }
  return std::shared_ptr<const Values>(std::move(values));
}

}  // namespace

Result<InSets> collect_in_sets(const std::vector<Stage>& stages, const std::optional<Unwrap>& unwrap, Nanos start, Nanos end,
                               const QueryContext& context) {
  std::vector<const LabelFilter::In*> filters;
  for (const Stage& stage : stages)
    if (auto* s = std::get_if<LabelFilterStage>(&stage)) find_in_filters(*s->filter, filters);
  if (unwrap)
    for (const LabelFilterPtr& filter : unwrap->filters) find_in_filters(*filter, filters);

  InSets sets;
  for (const LabelFilter::In* in : filters) {
    auto values = values_of(*in, start, end, context);
    if (!values.ok()) return values.error();
    sets[in] = *values;
  }
  return sets;
}

}  // namespace sleipnir::logql
