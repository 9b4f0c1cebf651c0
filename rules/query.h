#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/result.h"
#include "base/scan.h"
#include "logql/syntax/ast.h"

namespace sleipnir::rules {

/// One series of an instant answer, or of what a rule makes of it.
struct VectorSample {
  LabelSet labels;
  double value = 0;
};

/// Asks an instant query for a tenant. Any thread. Errors are the query's; `cancellation` ends it early.
using Query = std::function<Result<std::vector<VectorSample>>(const std::string& tenant, const logql::Expr& query, Nanos at, Cancellation& cancellation)>;

}  // namespace sleipnir::rules
