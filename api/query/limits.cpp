#include "api/query/limits.h"

#include <algorithm>
#include <set>

namespace sleipnir::api {
namespace {

class ShapeWalk {
 public:
  explicit ShapeWalk(QueryShape& shape) : shape_(shape) {}

  void operator()(const logql::LogExpr& log) {
    shape_.logs.push_back(&log);
    for (const auto& stage : log.stages)
      if (const auto* filter = std::get_if<logql::LabelFilterStage>(&stage)) walk(*filter->filter);
  }
  void operator()(const logql::RangeAggregation& e) {
    shape_.ranges.push_back(&e.range);
    (*this)(e.range.log);
  }
  void operator()(const logql::VectorAggregation& e) { walk(*e.inner); }
  void operator()(const logql::BinaryOperation& e) {
    walk(*e.left);
    walk(*e.right);
  }
  void operator()(const logql::LabelReplace& e) { walk(*e.inner); }
  void operator()(const logql::Literal&) {}
  void operator()(const logql::VectorFn&) {}

  void walk(const logql::Expr& e) { std::visit(*this, e.v); }

 private:
  void walk(const logql::LabelFilter& filter) {
    if (const auto* binary = std::get_if<logql::LabelFilter::Binary>(&filter.v)) {
      walk(*binary->left);
      walk(*binary->right);
    } else if (const auto* in = std::get_if<logql::LabelFilter::In>(&filter.v)) {
      (*this)(*in->query);
    }
  }

  QueryShape& shape_;
};

std::string join(const std::vector<std::string>& names, std::string_view separator) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += separator;
    out += name;
  }
  return out;
}

Result<void> check_matchers(const std::vector<Matcher>& matchers, const Limits& limits) {
  if (limits.max_streams_matchers_per_query != 0 && matchers.size() > limits.max_streams_matchers_per_query)
    return invalid("max streams matchers per query exceeded, matchers-count > limit (" + std::to_string(matchers.size()) + " > " +
                   std::to_string(limits.max_streams_matchers_per_query) + ")");
  std::vector<std::string> present, missing;
  for (const Matcher& m : matchers) present.push_back(m.name());
  for (const std::string& name : limits.required_labels)
    if (std::find(present.begin(), present.end(), name) == present.end()) missing.push_back(name);
  if (!missing.empty())
    return invalid("stream selector is missing required matchers [" + join(missing, ", ") + "], labels present in the query were [" + join(present, ", ") + "]");
  const std::set<std::string> unique(present.begin(), present.end());
  if (unique.size() < limits.required_number_labels)
    return invalid("stream selector has less label matchers than required: (present: [" + join({unique.begin(), unique.end()}, ", ") + "], number_present: " +
                   std::to_string(unique.size()) + ", required_number_label_matchers: " + std::to_string(limits.required_number_labels) + ")");
  return {};
}

}  // namespace

QueryShape shape_of(const logql::Expr& query) {
  QueryShape shape;
  ShapeWalk(shape).walk(query);
  return shape;
}

Result<void> check_query(const logql::Expr& query, const Limits& limits, uint64_t entries, const TimeRange& time) {
  if (limits.max_entries_limit_per_query != 0 && entries > limits.max_entries_limit_per_query)
    return invalid("max entries limit per query exceeded, limit > max_entries_limit_per_query (" + std::to_string(entries) + " > " +
                   std::to_string(limits.max_entries_limit_per_query) + ")");
  const QueryShape shape = shape_of(query);
  for (const auto* log : shape.logs)
    if (auto ok = check_matchers(log->matchers, limits); !ok) return ok;
  if (limits.max_query_range != 0)
    for (const auto* range : shape.ranges)
      if (range->range > limits.max_query_range)
        return invalid("[interval] value exceeds limit: [" + format_prometheus_duration(range->range) + "] > [" + format_prometheus_duration(limits.max_query_range) + "]");
  return check_length(time, limits);
}

Result<void> check_length(const TimeRange& time, const Limits& limits) {
  Nanos length;
  if (__builtin_sub_overflow(time.end, time.start, &length)) length = INT64_MAX;
  if (limits.max_query_length != 0 && length > limits.max_query_length)
    return invalid("the query time range exceeds the limit (query length: " + format_go_duration(length) + ", limit: " + format_prometheus_duration(limits.max_query_length) + ")");
  return {};
}

bool clamp_lookback(TimeRange& time, const Limits& limits, Nanos now) {
  if (limits.max_query_lookback == 0) return true;
  const Nanos oldest = now - limits.max_query_lookback;
  if (time.end < oldest) return false;
  time.start = std::max(time.start, oldest);
  return true;
}

}  // namespace sleipnir::api
