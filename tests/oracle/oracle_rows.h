#pragma once
#include <set>
#include <vector>

#include "logql/stages/pipeline.h"
#include "oracle/oracle.h"

namespace sleipnir::testing {

/// A row that came through the pipeline of a range aggregation.
struct SampleRow {
  Nanos timestamp;
  LabelSet series;
  double value;
};

/// All samples of a range aggregation, by (timestamp, arrival), whatever the window. `outer` is the grouping of an enclosing sum.
Result<std::vector<SampleRow>> sample_rows(const std::vector<StoredEntry>& entries, const logql::RangeAggregation& aggregation,
                                           const logql::Grouping* outer, const logql::InSets& in_sets);

bool selected(const LabelSet& stream, const std::vector<Matcher>& matchers);
/// The `label in (…)` filters of a pipeline.
std::vector<const logql::LabelFilter::In*> in_filters(const std::vector<logql::Stage>& stages);

}  // namespace sleipnir::testing
