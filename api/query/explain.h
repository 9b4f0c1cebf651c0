#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "api/query/explained_source.h"

namespace sleipnir::api {

/// How one query was answered: what was asked of the store, what was ruled out and what was read, how long each stage took. It stands in the answer's
/// `stats.explain`, where Grafana's query inspector shows it.
class Explain {
 public:
  explicit Explain(Source& source) : source_(source) {}

  Source& source() { return source_; }
  /// Ends a stage: the time since the one before is its own.
  void end_stage(std::string name);

  /// Appends an object. `query` is the query as it was understood, `returned` the number of lines or samples in the answer.
  void append(std::string& out, const std::string& query, const ScanStats& stats, uint64_t returned) const;

 private:
  using Clock = std::chrono::steady_clock;
  ExplainedSource source_;
  std::vector<std::pair<std::string, double>> stages_;  // seconds
  Clock::time_point last_ = Clock::now();
};

}  // namespace sleipnir::api
