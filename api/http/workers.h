#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>

namespace sleipnir::api {

/// Threads as needed: a task runs at once on an idle thread or on a new one; beyond some dozens of threads it first waits a moment for one of
/// them, since a crowd of short tasks needs no crowd of threads. Threads that had nothing to do for ten seconds end.
class Workers {
 public:
  explicit Workers(size_t most) : most_(most) {}
  /// Waits for all tasks.
  ~Workers();
  /// Any thread. A task must not throw.
  void run(std::function<void()> task);
  /// Whether tasks wait. When they have waited too long, it adds threads: call it every 20 ms while it says yes.
  bool relieve();

 private:
  using Clock = std::chrono::steady_clock;
  struct Task {
    std::function<void()> run;
    Clock::time_point since;
  };

  bool spawn();
  void work();
  static void* enter(void* self);

  const size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_, ended_;
  std::deque<Task> tasks_;
  size_t threads_ = 0, idle_ = 0, finished_ = 0;  // finished: tasks since the last relief
  bool closing_ = false;
};

}  // namespace sleipnir::api
