#include <doctest/doctest.h>

#include "oracle/random_pairs.h"

namespace sleipnir::testing {

TEST_CASE("engine and oracle agree over rows in memory") {
  compare_random([](const std::vector<StoredEntry>& entries) { return std::make_unique<MemorySource>(entries, 1 + entries.size() % 7); },
                 pairs_from_environment(20000));
}

}  // namespace sleipnir::testing
