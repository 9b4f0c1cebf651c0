#pragma once
#include <string_view>

#include "logql/syntax/ast.h"
#include "logql/syntax/token.h"

namespace sleipnir::logql {

/// As queries spell it: `sum_over_time`, `topk`, `unless`.
std::string_view spelling(RangeOp op);
std::string_view spelling(VectorOp op);
std::string_view spelling(BinaryOperator op);
std::string_view spelling(CompareOp op);
std::string_view spelling(LineFilterOp op);
std::string_view spelling(Conversion conversion);

RangeOp range_op(Tok kind);
VectorOp vector_op(Tok kind);
BinaryOperator binary_op(Tok kind);
LineFilterOp line_filter_op(Tok kind);

/// Binding strength, 1 (or) to 6 (^); logql.md §2.1.
int precedence(BinaryOperator op);
bool is_comparison(BinaryOperator op);
/// or, and, unless.
bool is_set_operation(BinaryOperator op);

/// The value of `left op right` for two literals (logql.md §10.4). Not for set operations.
double fold(BinaryOperator op, double left, double right);

}  // namespace sleipnir::logql
