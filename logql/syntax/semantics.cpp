#include "logql/syntax/semantics.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "base/number.h"
#include "base/regex.h"
#include "base/text.h"
#include "logql/syntax/operations.h"
#include "logql/syntax/parse.h"
#include "logql/stages/pattern_text.h"

namespace sleipnir::logql {
namespace {

bool allows_grouping(RangeOp op) {
  switch (op) {
    case RangeOp::kAvgOverTime:
    case RangeOp::kMinOverTime:
    case RangeOp::kMaxOverTime:
    case RangeOp::kStddevOverTime:
    case RangeOp::kStdvarOverTime:
    case RangeOp::kQuantileOverTime:
    case RangeOp::kFirstOverTime:
    case RangeOp::kLastOverTime: return true;
    default: return false;
  }
}

bool allows_unwrap(RangeOp op) {
  return op != RangeOp::kCountOverTime && op != RangeOp::kBytesOverTime && op != RangeOp::kBytesRate;
}

bool requires_unwrap(RangeOp op) {
  return allows_unwrap(op) && op != RangeOp::kRate && op != RangeOp::kAbsentOverTime;
}

bool takes_k(VectorOp op) { return op == VectorOp::kTopk || op == VectorOp::kBottomk || op == VectorOp::kApproxTopk; }

std::string named(std::string_view before, std::string_view op, std::string_view behind = "") {
  return std::string(before).append(op).append(behind);
}

const Expr* aggregated(const Expr& expr) {
  if (auto* v = std::get_if<VectorAggregation>(&expr.v)) return v->inner.get();
  if (auto* r = std::get_if<LabelReplace>(&expr.v)) return r->inner.get();
  return nullptr;
}

constexpr char kSelectorRule[] =
    "queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~\".*\" does "
    "not meet this requirement, but app=~\".+\" will";

}  // namespace

Result<void> check_range_aggregation(const RangeAggregation& a, const std::optional<std::string>& parameter) {
  const std::string_view name = spelling(a.op);
  for (const Stage& stage : a.range.log.stages)
    if (std::holds_alternative<DistinctStage>(stage) || std::holds_alternative<ContextStage>(stage))
      return invalid("stage '" + print(stage) + "' is for log queries only, it cannot be aggregated");
  const bool quantile = a.op == RangeOp::kQuantileOverTime;
  if (parameter && !quantile) return invalid("parameter " + *parameter + named(" not supported for operation ", name));
  if (!parameter && quantile) return invalid(named("parameter required for operation ", name));
  if (a.grouping && !allows_grouping(a.op)) return invalid(named("grouping not allowed for ", name, " aggregation"));
  if (a.range.unwrap && !allows_unwrap(a.op)) return invalid(named("invalid aggregation ", name, " with unwrap"));
  if (!a.range.unwrap && requires_unwrap(a.op)) return invalid(named("invalid aggregation ", name, " without unwrap"));
  return {};
}

Result<std::optional<int64_t>> vector_parameter(VectorOp op, const std::optional<std::string>& parameter) {
  const std::string_view name = spelling(op);
  if (!takes_k(op)) {
    if (parameter) return invalid(named("unsupported parameter for operation ", name, "(") + *parameter + ",");
    return std::optional<int64_t>();
  }
  if (!parameter) return invalid(named("parameter required for operation ", name));
  auto k = parse_go_int(*parameter);
  if (!k) return invalid(named("invalid parameter ", name, "(") + *parameter + ",");
  if (*k <= 0) return invalid(named("invalid parameter (must be greater than 0) ", name, "(") + *parameter);
  return std::optional<int64_t>(*k);
}

Result<void> check_vector_grouping(VectorOp op, const std::optional<Grouping>& grouping) {
  if (!grouping) return {};
  if ((op == VectorOp::kSort || op == VectorOp::kSortDesc) && !grouping->labels.empty()) return invalid("sort and sort_desc doesn't allow grouping by ");
  if (op == VectorOp::kApproxTopk) return invalid("grouping not allowed for approx_topk aggregation");
  return {};
}

Result<void> check_binary(BinaryOperator op, const Expr& left, const Expr& right) {
  auto check = [&](const Expr& leg, const char* side) -> Result<void> {
    const auto* log = std::get_if<LogExpr>(&leg.v);
    if (!log) return {};
    return invalid("unexpected type for " + std::string(side) + " leg of binary operation (" + std::string(spelling(op)) +
                   "): *syntax." + (log->stages.empty() ? "MatchersExpr" : "PipelineExpr"));
  };
  auto check_literal = [&](const Expr& leg, const char* side) -> Result<void> {
    const auto* literal = std::get_if<Literal>(&leg.v);
    if (!literal || !is_set_operation(op)) return {};
    char value[400];  // the longest double has 309 digits before the dot
    std::snprintf(value, sizeof value, "%f", literal->value);
    return invalid("unexpected literal for " + std::string(side) + " leg of logical/set binary operation (" + std::string(spelling(op)) + "): " + value);
  };
  if (auto fine = check(left, "left"); !fine) return fine;
  if (auto fine = check(right, "right"); !fine) return fine;
  if (auto fine = check_literal(left, "left"); !fine) return fine;
  return check_literal(right, "right");
}

Result<void> check_label_replace(const LabelReplace& replace) {
  if (auto regex = Regex::compile("^(?:" + replace.regex + ")$"); !regex) return invalid("invalid regex in label_replace: " + regex.error().message);
  return {};
}

Result<void> check_regexp_stage(const std::string& text) {
  static const std::string kPrefix = "invalid regexp parser: ";
  auto regex = Regex::compile(text);
  if (!regex) return invalid(kPrefix + regex.error().message);
  std::set<std::string> names;
  for (const auto& [group, captured] : regex->re2().CapturingGroupNames()) {
    const std::string name = sanitize_label_name(captured);
    if (!names.insert(name).second) return invalid(kPrefix + "duplicate extracted label name '" + name + "'");
  }
  if (names.empty()) return invalid(kPrefix + "at least one named capture must be supplied");
  return {};
}

Result<void> check_pattern_stage(std::string_view pattern) {
  static const std::string kPrefix = "invalid pattern parser: ";
  if (pattern.empty()) return invalid(kPrefix + "parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL");
  auto nodes = parse_pattern(pattern);
  if (!nodes) return invalid(kPrefix + nodes.error().message);
  std::set<std::string_view> names;
  for (const PatternNode& node : *nodes)
    if (node.named() && !names.insert(node.text).second) return invalid(kPrefix + "duplicate capture name (" + node.text + "): invalid expression");
  if (names.empty()) return invalid(kPrefix + "at least one capture is required");
  return {};
}

Result<void> check_selector(const std::vector<Matcher>& matchers) {
  if (std::all_of(matchers.begin(), matchers.end(), [](const Matcher& m) { return m.matches_empty(); })) return invalid(kSelectorRule);
  return {};
}

Result<void> check_selectors(const Expr& expr, bool strict) {
  if (const Expr* inner = aggregated(expr)) {
    if (std::holds_alternative<Literal>(inner->v)) return invalid(kSelectorRule);
    return check_selectors(*inner, strict);
  }
  if (auto* binary = std::get_if<BinaryOperation>(&expr.v)) {
    if (auto fine = check_selectors(*binary->left, strict); !fine) return fine;
    return check_selectors(*binary->right, strict);
  }
  if (!strict) return {};
  if (auto* log = std::get_if<LogExpr>(&expr.v)) return check_selector(log->matchers);
  if (auto* range = std::get_if<RangeAggregation>(&expr.v)) return check_selector(range->range.log.matchers);
  return {};
}

}  // namespace sleipnir::logql
