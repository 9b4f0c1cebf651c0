#pragma once
#include <cstdint>

#include "oracle/compare.h"

namespace sleipnir::testing {

/// Asks `pairs` random queries of random data and reports where engine and oracle differ, with all that is needed to try again. The
/// environment's SLEIPNIR_SEED chooses which.
void compare_random(const MakeSource& make_source, uint64_t pairs);

/// The environment's SLEIPNIR_PAIRS, or what is usual: a fifth of it in an instrumented build.
uint64_t pairs_from_environment(uint64_t otherwise);

}  // namespace sleipnir::testing
