// Evaluates a metric query bottom-up: each node yields, for all steps, its series with their points.
#include <algorithm>

#include "base/regex.h"
#include "logql/engine/binary_operation.h"
#include "logql/engine/engine.h"
#include "logql/engine/label_replace.h"
#include "logql/engine/plan.h"
#include "logql/engine/range_aggregation.h"
#include "logql/engine/vector_aggregation.h"

namespace sleipnir::logql {

namespace {

/// Far above any sensible resolution; keeps step numbers within 32 bits and dense rows of steps small.
constexpr Nanos kMaxSteps = 10'000'000;

Result<Steps> make_steps(const MetricQuery& q) {
  if (q.step == 0) return Steps{q.end, 0, 1};
  if (q.step < 0 || q.end < q.start) return invalid("the end of a range query must not be before its start, nor its step negative");
  auto count = (static_cast<__int128>(q.end) - q.start) / q.step + 1;
  if (count > kMaxSteps) return Error{ErrorKind::kLimit, "a metric query has more than " + std::to_string(kMaxSteps) + " steps"};
  return Steps{q.start, q.step, static_cast<uint32_t>(count)};
}

class Evaluator {
 public:
  Evaluator(const Steps& steps, const QueryContext& context)
      : steps_(steps), context_(context), memory_(context.memory ? *context.memory : own_memory_), poll_(context.cancellation) {}

  Result<Vector> evaluate(const Expr& expr) {
    if (context_.cancellation) {
      if (auto alive = context_.cancellation->check(); !alive.ok()) return alive.error();
    }
    auto vector = std::visit([this](const auto& node) { return evaluate_node(node); }, expr.v);
    if (!vector.ok()) return vector;
    if (!poll_.status().ok()) return poll_.status().error();
    vector->held = BudgetShare(&memory_);
    if (auto held = vector->held.set(memory_of(*vector)); !held.ok()) return held.error();
    return vector;
  }

  /// Checks that there is room for the answer beside the vector: samples, and label strings to order it by.
  Result<void> answer_fits(const Vector& vector) {
    size_t bytes = 0;
    for (const PointSeries& series : vector.series) bytes += sizeof(Series) + series.points.size() * sizeof(Sample) + 2 * series.labels.bytes();
    return BudgetShare(&memory_).set(bytes);
  }

  /// Checks what a node hands on (logql.md §11.3): too many series are an error, or are cut off with a warning.
  Result<Vector> within_limit(Result<Vector> vector) {
    uint64_t most = context_.limits ? context_.limits->max_query_series : 0;
    if (!vector.ok() || most == 0 || vector->series.size() + vector->left_out <= most) return vector;
    std::string reached = "maximum number of series (" + std::to_string(most) + ") reached for a single query; ";
    if (!context_.partial_series) {
      return Error{ErrorKind::kLimit, reached + "consider reducing query cardinality by adding more specific stream selectors, reducing the "
                                                "time range, or aggregating results with functions like sum(), count() or topk()"};
    }
    vector->series.resize(most);
    std::string warning = reached + "returning partial results";
    if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
    return vector;
  }

  std::vector<std::string> warnings;

 private:
  Result<Vector> evaluate_node(const LogExpr&) { return invalid("a log query cannot be evaluated as a metric query"); }
  Result<Vector> evaluate_node(const RangeAggregation& node) { return evaluate_range({&node, {}}); }
  Result<Vector> evaluate_node(const Literal& node) { return Vector::of_scalar(node.value); }

  Result<Vector> evaluate_node(const VectorFn& node) {
    Vector vector;
    PointSeries& series = vector.series.emplace_back();
    for (uint32_t step = 0; step < steps_.count; ++step) series.points.push_back({step, node.value});
    return vector;
  }

  Result<Vector> evaluate_node(const LabelReplace& node) {
    auto inner = within_limit(evaluate(*node.inner));
    if (!inner.ok()) return inner;
    return replace_label(node, *std::move(inner), poll_);
  }

  Result<Vector> evaluate_node(const BinaryOperation& node) {
    auto left = within_limit(evaluate(*node.left));
    if (!left.ok()) return left;
    auto right = within_limit(evaluate(*node.right));
    if (!right.ok()) return right;
    // Signatures, and what comes out before it is counted.
    BudgetShare at_work(&memory_);
    if (auto held = at_work.set(memory_of(*left) + memory_of(*right)); !held.ok()) return held.error();
    return combine(node, *std::move(left), *std::move(right), poll_);
  }

  Result<Vector> evaluate_node(const VectorAggregation& node) {
    if (node.op == VectorOp::kApproxTopk) {
      if (auto allowed = check_approx_topk(); !allowed.ok()) return allowed.error();
    }
    const auto reached = reach(node);
    auto inner = reached ? evaluate_range(*reached) : evaluate(*node.inner);
    // The input of an aggregation that reduces it at once is no result of its own, all other inputs are.
    if (!reduces(node.op)) inner = within_limit(std::move(inner));
    if (!inner.ok()) return inner;
    if (selects(node.op)) return select_top(node, *std::move(inner), poll_);
    if (node.op == VectorOp::kSort || node.op == VectorOp::kSortDesc) return sort_by_value(*std::move(inner), node.op == VectorOp::kSortDesc, steps_, poll_);
    return reached ? std::move(inner) : aggregate(node, *std::move(inner), steps_, poll_);
  }

  static bool selects(VectorOp op) { return op == VectorOp::kTopk || op == VectorOp::kBottomk || op == VectorOp::kApproxTopk; }
  static bool reduces(VectorOp op) {
    return op == VectorOp::kSum || op == VectorOp::kAvg || op == VectorOp::kCount || op == VectorOp::kMin || op == VectorOp::kMax;
  }

  /// A range aggregation, and what those around it make of its series.
  struct Reach {
    const RangeAggregation* range;
    RangeUse use;
  };

  /// Where rows can be grouped as `node` groups series. It may have nothing left to reduce then.
  static std::optional<Reach> grouped_range(const VectorAggregation& node) {
    auto* range = std::get_if<RangeAggregation>(&node.inner->v);
    if (!range || !groups_rows(node, *range)) return {};
    const bool done = plan_range(*range, &node).series_are_groups;
    return Reach{range, {.groups = &node, .reduces = done ? nullptr : &node}};
  }

  /// The range aggregation that can do the work of `node`: straight below, or below an aggregation that has nothing left to do.
  std::optional<Reach> reach(const VectorAggregation& node) const {
    auto reached = grouped_range(node);
    if (reached) return reached;
    if (auto* range = std::get_if<RangeAggregation>(&node.inner->v); range && range->op != RangeOp::kAbsentOverTime) reached = Reach{range, {}};
    if (auto* below = std::get_if<VectorAggregation>(&node.inner->v)) reached = grouped_range(*below);
    if (!reached || reached->use.reduces) return {};
    // A limit that cuts series off needs them all.
    if (selects(node.op) && !node.grouping && !context_.partial_series) reached->use.best = best_of(node);
    else if (reduces(node.op)) reached->use.reduces = &node;
    else return {};
    return reached;
  }

  Result<void> check_approx_topk() const {
    const auto listed = context_.limits ? context_.limits->shard_aggregations : std::vector<std::string>();
    if (std::find(listed.begin(), listed.end(), "approx_topk") == listed.end())
      return Error{ErrorKind::kExecution, "approx_topk is not enabled. See -limits.shard_aggregations"};
    if (steps_.step != 0) return Error{ErrorKind::kExecution, "count min sketches are only supported on instant queries"};
    return {};
  }

  Result<Vector> evaluate_range(const Reach& reach) {
    const Nanos most = context_.limits ? context_.limits->max_query_range : 0, range = reach.range->range.range;
    if (most > 0 && range > most) {
      return Error{ErrorKind::kLimit, "[interval] value exceeds limit: [" + format_prometheus_duration(range) + "] > [" + format_prometheus_duration(most) + "]"};
    }
    return logql::evaluate_range(*reach.range, reach.use, steps_, context_, memory_);
  }

  const Steps& steps_;
  const QueryContext& context_;
  MemoryBudget own_memory_{kQueryMemory};
  MemoryBudget& memory_;
  Poll poll_;
};

Nanos whole_milliseconds(Nanos t) {
  Nanos rest = t % kMillisecond;
  return t - (rest < 0 ? rest + kMillisecond : rest);
}

std::vector<Sample> samples_of(const PointSeries& series, const Steps& steps) {
  std::vector<Sample> samples;
  samples.reserve(series.points.size());
  for (const Point& point : series.points) samples.push_back({whole_milliseconds(steps.time(point.step)), point.value});
  return samples;
}

std::vector<Sample> scalar_samples(double value, const Steps& steps) {
  std::vector<Sample> samples;
  for (uint32_t step = 0; step < steps.count; ++step) samples.push_back({whole_milliseconds(steps.time(step)), value});
  return samples;
}

/// Orders the series of the answer (logql.md §11.1), unless the poll expires. Those with equal labels, which label_replace can make, become one in a matrix.
std::vector<Series> answer(Vector vector, const Steps& steps, Poll& poll) {
  if (steps.step == 0) {
    if (!vector.by_value) {
      stable_sort(vector.series, poll, [](const PointSeries& a, const PointSeries& b) { return a.labels < b.labels; });
    }
    std::vector<Series> result;
    result.reserve(vector.series.size());
    for (PointSeries& series : vector.series) {
      result.push_back({std::move(series.labels), samples_of(series, steps)});
      series.points = {};
    }
    return result;
  }
  std::vector<std::pair<std::string, Series>> named;
  for (PointSeries& series : vector.series) {
    if (poll.expired(1 + series.points.size() / 16)) return {};
    auto samples = samples_of(series, steps);
    std::string name = series.labels.to_string();
    named.push_back({std::move(name), {std::move(series.labels), std::move(samples)}});
  }
  stable_sort(named, poll, [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Series> result;
  for (auto& [name, series] : named) {
    if (result.empty() || result.back().labels != series.labels) {
      result.push_back(std::move(series));
      continue;
    }
    auto& samples = result.back().samples;
    samples.insert(samples.end(), series.samples.begin(), series.samples.end());
    std::stable_sort(samples.begin(), samples.end(), [](const Sample& a, const Sample& b) { return a.timestamp < b.timestamp; });
  }
  return result;
}

}  // namespace

Result<MetricResult> run_metric(const Expr& query, const MetricQuery& parameters, const QueryContext& context) {
  auto steps = make_steps(parameters);
  if (!steps.ok()) return steps.error();
  RegexPatience patience(context.cancellation);
  Poll poll(context.cancellation);
  Evaluator evaluator(*steps, context);
  auto vector = evaluator.within_limit(evaluator.evaluate(query));
  if (!vector.ok()) return vector.error();
  if (auto fits = evaluator.answer_fits(*vector); !fits.ok()) return fits.error();
  MetricResult result;
  result.scalar = vector->scalar;
  if (vector->scalar) result.series.push_back({{}, scalar_samples(vector->value, *steps)});
  else result.series = answer(*std::move(vector), *steps, poll);
  if (!poll.status().ok()) return poll.status().error();
  result.warnings = std::move(evaluator.warnings);
  return result;
}

}  // namespace sleipnir::logql
