// Equality of trees where the pointers in them hide it from the compiler. Recursion is bounded by kMaxDepth.
#include "logql/syntax/ast.h"

namespace sleipnir::logql {
namespace {

template <class T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
  return a == b || (a && b && *a == *b);
}

template <class Variant>
bool same_alternative(const Variant& a, const Variant& b) {
  if (a.index() != b.index()) return false;
  return std::visit([&](const auto& value) { return value == std::get<std::decay_t<decltype(value)>>(b); }, a);
}

}  // namespace

static bool operator==(const LabelFilter::Binary& a, const LabelFilter::Binary& b) {
  return a.is_or == b.is_or && same(a.left, b.left) && same(a.right, b.right);
}

static bool operator==(const LabelFilter::In& a, const LabelFilter::In& b) {
  return a.name == b.name && a.negated == b.negated && a.label_of_query == b.label_of_query && same(a.query, b.query);
}

static bool operator==(const Unwrap& a, const Unwrap& b) {
  if (a.label != b.label || a.conversion != b.conversion || a.filters.size() != b.filters.size()) return false;
  for (size_t i = 0; i < a.filters.size(); ++i)
    if (!same(a.filters[i], b.filters[i])) return false;
  return true;
}

static bool operator==(const LogRange& a, const LogRange& b) {
  return a.log == b.log && a.unwrap == b.unwrap && a.range == b.range && a.offset == b.offset;
}

static bool operator==(const RangeAggregation& a, const RangeAggregation& b) {
  return a.op == b.op && a.parameter == b.parameter && a.range == b.range && a.grouping == b.grouping;
}

static bool operator==(const VectorAggregation& a, const VectorAggregation& b) {
  return a.op == b.op && a.grouping == b.grouping && a.parameter == b.parameter && same(a.inner, b.inner);
}

static bool operator==(const BinaryOperation& a, const BinaryOperation& b) {
  return a.op == b.op && a.return_bool == b.return_bool && a.matching == b.matching && same(a.left, b.left) && same(a.right, b.right);
}

static bool operator==(const LabelReplace& a, const LabelReplace& b) {
  return a.dst == b.dst && a.replacement == b.replacement && a.src == b.src && a.regex == b.regex && same(a.inner, b.inner);
}

static bool operator==(const Literal& a, const Literal& b) { return a.value == b.value || (a.value != a.value && b.value != b.value); }
static bool operator==(const VectorFn& a, const VectorFn& b) { return a.value == b.value; }

bool operator==(const LabelFilter& a, const LabelFilter& b) { return same_alternative(a.v, b.v); }
bool operator==(const LabelFilterStage& a, const LabelFilterStage& b) { return same(a.filter, b.filter); }
bool operator==(const LogExpr& a, const LogExpr& b) { return a.matchers == b.matchers && a.stages == b.stages; }
bool operator==(const Expr& a, const Expr& b) { return same_alternative(a.v, b.v); }

}  // namespace sleipnir::logql
