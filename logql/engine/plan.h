#pragma once
// What a range aggregation observes of its rows (logql.md §5.2): the labels that can change the answer, whether errors are seen,
// whether lines are looked at. Decided once from the syntax tree.
#include <optional>
#include <string>
#include <vector>

#include "base/scan.h"
#include "logql/stages/pipeline.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

struct RangePlan {
  /// Which labels of a row make its series.
  enum class Keep { kAll, kNone, kBy, kWithout };
  /// What a row contributes: 1, the length of its line, or its unwrapped value.
  enum class Value { kOne, kBytes, kUnwrapped };

  std::vector<Stage> stages;  ///< of the pipeline, without those that cannot change the answer
  Hints hints;
  Keep keep = Keep::kAll;
  std::vector<std::string> names;  ///< of kBy and kWithout
  /// Set where rows are grouped coarser than series are: a row that has a label `__error__` makes the series without these names, which fails.
  std::optional<std::vector<std::string>> folded_without;
  /// ScanRequest::metadata_names. The labels in the message of a pipeline error are not among them.
  MetadataNames metadata_names;
  ScanRequest::Order order = ScanRequest::Order::kTime;
  bool series_are_groups = false;  ///< the series are those of the enclosing aggregation, which has nothing left to do
  bool reads_lines = true;    ///< false: no stage looks at the line
  bool fixed_labels = false;  ///< the labels of a row that passes follow from its stream and metadata
  Value value = Value::kOne;
};

/// `outer` is the enclosing aggregation where groups_rows() holds, else nullptr.
RangePlan plan_range(const RangeAggregation& aggregation, const VectorAggregation* outer);

/// False where every stage looks at labels only: whether a row passes does not depend on its line, and the line stays as it is.
bool reads_lines(const std::vector<Stage>& stages);

/// True where the rows of a range aggregation may be grouped as the aggregation around it groups series: sums of sums, which Loki pushes down
/// (logql.md §5.2), and extremes of extremes observe nothing of the inner series.
bool groups_rows(const VectorAggregation& outer, const RangeAggregation& inner);

}  // namespace sleipnir::logql
