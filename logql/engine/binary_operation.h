#pragma once
#include "base/result.h"
#include "logql/engine/poll.h"
#include "logql/engine/series.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// Combines two operands (logql.md §10.5). Errors: kExecution with Loki's text where series do not match as written; those of the poll.
Result<Vector> combine(const BinaryOperation& operation, Vector left, Vector right, Poll& poll);

}  // namespace sleipnir::logql
