#pragma once
#include <atomic>
#include <cstdint>

namespace sleipnir::rules {

/// Counted over the life of the process.
struct RulerMetrics {
  std::atomic<uint64_t> evaluations{0}, failures{0};  ///< of rules
  std::atomic<uint64_t> missed{0};                    ///< evaluations of groups that were left out, since the one before took too long
};

}  // namespace sleipnir::rules
