#pragma once
// `| unwrap x`: the sample's value from a label (logql.md §8).
#include "logql/stages/stage.h"

namespace sleipnir::logql {

/// False: the row has no sample. A failed conversion gives 0 and sets SampleExtractionErr.
bool unwrap_value(const Unwrap& unwrap, Row& row, double& value);

}  // namespace sleipnir::logql
