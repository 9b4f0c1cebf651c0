#pragma once
#include "logql/engine/best_series.h"
#include "logql/engine/poll.h"
#include "logql/engine/series.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

// What these return is of no use once the poll has expired.

/// Aggregates the series of `inner` at each step (logql.md §10.1). The order of the input decides the order of float additions.
Vector aggregate(const VectorAggregation& aggregation, Vector inner, const Steps& steps, Poll& poll);

/// What a topk, bottomk or approx_topk takes (top_k.cpp).
Best best_of(const VectorAggregation& aggregation);
/// topk, bottomk, approx_topk: the series keep their labels; NaN is taken only where numbers do not suffice (top_k.cpp).
Vector select_top(const VectorAggregation& aggregation, Vector inner, Poll& poll);
/// sort, sort_desc: orders the series of an instant query by value, NaN last; a range query keeps its order (top_k.cpp).
Vector sort_by_value(Vector inner, bool descending, const Steps& steps, Poll& poll);

}  // namespace sleipnir::logql
