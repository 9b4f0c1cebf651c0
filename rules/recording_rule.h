#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "rules/query.h"
#include "rules/rule.h"

namespace sleipnir::rules {

/// The series that a recording rule makes of an answer: named after it, with its labels (an empty one takes a label away). Errors (kExecution): two series
/// of the same labels, more than `limit` (0: any number).
Result<std::vector<VectorSample>> record(const Rule& rule, std::vector<VectorSample> answer, uint64_t limit);

}  // namespace sleipnir::rules
