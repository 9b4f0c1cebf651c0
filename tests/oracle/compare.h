#pragma once
#include <functional>
#include <memory>
#include <string>

#include "logql/engine/engine.h"
#include "oracle/oracle.h"

namespace sleipnir::testing {

/// Makes the store under test hold these entries, pushed in this order (some twice), for tenant "t".
using MakeSource = std::function<std::unique_ptr<Source>(const std::vector<StoredEntry>&)>;

struct Comparison {
  enum class Kind { kUnparsable, kFailed, kEmpty, kAnswered } kind;  ///< what the engine did
  std::string difference;                                             ///< empty when they agree
};

/// Runs a query (our additions included) with the engine and with the oracle.
Comparison compare_logs(const Oracle& oracle, Source& source, const std::string& query, const logql::LogQuery& parameters);
Comparison compare_metric(const Oracle& oracle, Source& source, const std::string& query, const logql::MetricQuery& parameters);

}  // namespace sleipnir::testing
