#pragma once
// A slow and obvious evaluator of LogQL: for each step, for each entry in the window, the definition. It shares with the engine the
// parser and the stages' Runner for one row, and nothing else.
#include <set>
#include <string>
#include <vector>

#include "logql/engine/engine.h"
#include "oracle/memory_source.h"

namespace sleipnir::testing {

struct OracleRow {
  Nanos timestamp;
  std::string line;
  LabelSet labels;
};

struct OracleLogs {
  std::vector<OracleRow> rows;
  std::set<ErrorKind> errors;
};

/// Where an answer has several reasons to fail, any of them is right: `errors` holds the kinds of all.
struct OracleMetric {
  logql::MetricResult result;
  std::set<ErrorKind> errors;
};

class Oracle {
 public:
  /// Entries in arrival order.
  explicit Oracle(std::vector<StoredEntry> entries);

  OracleLogs logs(const logql::LogExpr& query, const logql::LogQuery& parameters) const;
  OracleMetric metric(const logql::Expr& query, const logql::MetricQuery& parameters) const;

 private:
  std::vector<StoredEntry> entries_;  // by (timestamp, arrival)
};

}  // namespace sleipnir::testing
