#pragma once
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// `a op b` of a label filter, for rows and for columns alike. NaN compares false except for kNotEqual (logql.md §7.4).
template <class T>
bool compare(T a, CompareOp op, T b) {
  switch (op) {
    case CompareOp::kEqual: return a == b;
    case CompareOp::kNotEqual: return a != b;
    case CompareOp::kGreater: return a > b;
    case CompareOp::kGreaterEqual: return a >= b;
    case CompareOp::kLess: return a < b;
    case CompareOp::kLessEqual: return a <= b;
  }
  return false;
}

}  // namespace sleipnir::logql
