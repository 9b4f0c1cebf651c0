#pragma once
// What must hold on a stored row so that it can come through a pipeline (soundness: engine.md; meaning of a predicate: base/scan.h).
#include <vector>

#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// `stages` in the order in which they run.
Predicate necessary_conditions(const std::vector<const Stage*>& stages, const InSets& in_sets);

}  // namespace sleipnir::logql
