#pragma once
#include <chrono>
#include <cstddef>

namespace sleipnir::storage {

/// Bounds how long one block is searched value by value: expressions are foreign and may be slow, and nobody can stop a search in here. Rows that are not
/// reached in time stay undecided; the pipeline decides them one by one, within the query's deadline.
class SearchTime {
 public:
  /// Asked before each search, of `bytes`.
  bool over(size_t bytes) {
    searched_ += kEach + bytes;
    if (searched_ < kEvery || over_) return over_;
    searched_ = 0;
    return over_ = std::chrono::steady_clock::now() - begun_ > kMost;
  }

 private:
  static constexpr size_t kEach = 256, kEvery = 8 << 10;  // bytes between two looks at the clock; expressions that are slow take 1 ms for them
  static constexpr std::chrono::milliseconds kMost{10};

  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  size_t searched_ = 0;
  bool over_ = false;
};

}  // namespace sleipnir::storage
