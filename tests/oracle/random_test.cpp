#include <doctest/doctest.h>

#include "oracle/generator.h"
#include "oracle/random_pairs.h"

namespace sleipnir::testing {

TEST_CASE("engine and oracle agree over rows in memory") {
  compare_random([](const auto& pushed) { return std::make_unique<MemorySource>(without_repeated(pushed), 1 + pushed.size() % 7); },
                 pairs_from_environment(20000));
}

}  // namespace sleipnir::testing
