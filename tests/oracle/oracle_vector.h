#pragma once
// Operations on the elements of vectors at one instant, by the definition (logql.md §10).
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/result.h"
#include "logql/syntax/ast.h"

namespace sleipnir::testing {

struct Element {
  LabelSet labels;
  double value;
};
using Failures = std::set<ErrorKind>;

/// The labels with these names, or (`keep` false) those without them that are not empty.
LabelSet restrict(const LabelSet& labels, const std::vector<std::string>& names, bool keep);

std::vector<Element> aggregated(const logql::VectorAggregation& aggregation, std::vector<Element> in);

/// Arithmetic and comparisons of two numbers; `combined` is nullopt where a comparison without `bool` does not hold, and `kept` where it does.
double calculate(logql::BinaryOperator op, double left, double right);
std::optional<double> combined(const logql::BinaryOperation& operation, double left, double right, double kept);

/// and, or, unless.
std::vector<Element> set_operation(const logql::BinaryOperation& operation, const std::vector<Element>& left, const std::vector<Element>& right);
/// Arithmetic and comparisons of vectors.
std::vector<Element> matched(const logql::BinaryOperation& operation, const std::vector<Element>& left, const std::vector<Element>& right, Failures& failures);

}  // namespace sleipnir::testing
