#pragma once
#include <time.h>

#include <chrono>
#include <cstddef>

namespace sleipnir::storage {

/// Bounds how long one block is searched value by value: expressions are foreign and may be slow, and nobody can stop a search in here. Rows that are not
/// reached in time stay undecided; the pipeline decides them one by one, within the query's deadline. The thread's own time counts: a busy machine makes no
/// search slow.
class SearchTime {
 public:
  /// Asked before each search, of `bytes`.
  bool over(size_t bytes) {
    searched_ += kEach + bytes;
    if (searched_ < kEvery || over_) return over_;
    searched_ = 0;
    // The wall's clock is read without a system call.
    return over_ = std::chrono::steady_clock::now() - begun_ > kMost && of_thread() - thread_begun_ > kMost;
  }

 private:
  using Nanoseconds = std::chrono::nanoseconds;
  static constexpr size_t kEach = 256, kEvery = 8 << 10;  // bytes between two looks at the clock; expressions that are slow take 1 ms for them
  static constexpr std::chrono::milliseconds kMost{10};

  static Nanoseconds of_thread() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + Nanoseconds(t.tv_nsec);
  }

  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  const Nanoseconds thread_begun_ = of_thread();
  size_t searched_ = 0;
  bool over_ = false;
};

}  // namespace sleipnir::storage
