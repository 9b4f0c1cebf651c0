#pragma once
// Runs a parsed query against a Source. Manual: parse() → validate limits → run_logs() or run_metric().
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/labels.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/scan.h"
#include "logql/engine/memory_budget.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// What a query may hold where nobody says otherwise.
inline constexpr uint64_t kQueryMemory = uint64_t{1} << 30;

struct QueryContext {
  Source* source = nullptr;
  std::string tenant;
  const Limits* limits = nullptr;
  const Cancellation* cancellation = nullptr;
  ScanStats* stats = nullptr;
  MemoryBudget* memory = nullptr;  ///< what the query may hold, about; the batches at hand are not counted. nullptr: kQueryMemory
  bool partial_series = false;  ///< at max_query_series return the first ones and a warning instead of an error (Logs Drilldown)
};

struct LogQuery {
  Nanos start = 0, end = 0;  ///< start <= ts < end
  Direction direction = Direction::kBackward;
  uint64_t limit = 100;      ///< 0 = all (export)
  Nanos interval = 0;        ///< an entry is returned only if at least this far from the one returned before
};

/// One row of a log answer, in direction order. Views live until the sink returns.
struct LogRow {
  Nanos timestamp;
  std::string_view line;
  const LabelSet* labels;             ///< all labels merged: the stream identity without categorize-labels
  const LabelSet* stream;             ///< categories: stream (after drop/keep/rename), metadata, parsed
  const LabelSet* metadata;
  const LabelSet* parsed;
};
/// Return false to stop early.
using LogSink = std::function<bool(const LogRow&)>;

/// Streams rows into the sink. Constant memory but for the current batch. Errors: stage errors (kInvalid), timeout, cancelled, storage.
Result<void> run_logs(const LogExpr& query, const LogQuery& parameters, const QueryContext& context, const LogSink& sink);

struct MetricQuery {
  Nanos start = 0, end = 0;  ///< already aligned to step by the caller, both inclusive
  Nanos step = 0;            ///< 0: instant at `end`
};

struct Sample { Nanos timestamp; double value; };  ///< timestamps are multiples of 1 ms in answers
struct Series { LabelSet labels; std::vector<Sample> samples; };
struct MetricResult {
  bool scalar = false;         ///< a literal: series[0] holds the value at each step
  std::vector<Series> series;  ///< sorted by label string, or by value for an instant sort()/sort_desc()
  std::vector<std::string> warnings;
};

/// Evaluates a metric query. Errors: kInvalid (pipeline errors), kLimit (series, memory), kExecution (matching, HTTP 500), timeout, cancelled, storage.
Result<MetricResult> run_metric(const Expr& query, const MetricQuery& parameters, const QueryContext& context);

}  // namespace sleipnir::logql
