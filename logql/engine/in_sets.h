#pragma once
#include "logql/engine/engine.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// Most values that one `label in (…)` may look up; they are held in memory while the query runs.
inline constexpr size_t kMaxInValues = 1'000'000;

/// Runs the query inside every `label in (…)` filter over [start, end) and collects the values of its label. Errors: those of the inner
/// queries; kLimit when one has more than kMaxInValues values.
Result<InSets> collect_in_sets(const std::vector<Stage>& stages, const std::optional<Unwrap>& unwrap, Nanos start, Nanos end,
                               const QueryContext& context);

}  // namespace sleipnir::logql
