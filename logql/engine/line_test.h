#pragma once
// The line filters of a pipeline that leaves lines as they are stored: they can be asked apart from its other stages, in any order.
#include <memory>
#include <vector>

#include "base/scan.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// Immutable, shared by threads.
struct LineFilters {
  std::shared_ptr<const Pipeline> pipeline;  ///< nullptr where there are none
  bool in_predicate = false;                 ///< a row for which Pipeline::predicate() is certainly true passes
};

/// Errors: those of Pipeline::compile.
Result<LineFilters> line_filters(const std::vector<Stage>& stages);

/// One thread.
class LineTest {
 public:
  explicit LineTest(const LineFilters& filters) : filters_(filters), runner_(filters.pipeline ? filters.pipeline->runner() : nullptr) {}

  bool needed() const { return runner_ != nullptr; }
  /// True where the store is certain that all rows of the batch pass.
  bool all_pass(const Batch& batch) const { return filters_.in_predicate && batch.all_certain(); }
  /// Builds the line only where the store is not certain. Only where needed().
  bool passes(Batch& batch, size_t row) {
    return (filters_.in_predicate && batch.certain(row)) || line_passes(batch.line(row));
  }

 private:
  bool line_passes(std::string_view line) {
    static const LabelSet kNone;
    ProcessedRow out;
    return runner_->run(kNone, kNone, 0, line, out);
  }

  const LineFilters& filters_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace sleipnir::logql
