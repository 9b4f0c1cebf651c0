#pragma once
#include <chrono>

namespace sleipnir::storage {

/// Bounds how long one block is searched row by row: expressions are foreign and may be slow, and nobody can stop a search in here. Rows that are not
/// reached in time stay undecided; the pipeline decides them one by one, within the query's deadline.
class SearchTime {
 public:
  bool over() {
    if (++asked_ % kEvery == 0 && !over_) over_ = std::chrono::steady_clock::now() - begun_ > kMost;
    return over_;
  }

 private:
  static constexpr unsigned kEvery = 32;
  static constexpr std::chrono::milliseconds kMost{10};

  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  unsigned asked_ = 0;
  bool over_ = false;
};

}  // namespace sleipnir::storage
