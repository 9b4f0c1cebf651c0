#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace sleipnir::api {

/// A line on a terminal that is written over and over: how far, how much, how fast.
class SendProgress {
 public:
  /// Shows nothing unless `shown`. `total` bytes, 0 where that is unknown.
  SendProgress(bool shown, uint64_t total) : shown_(shown), total_(total) {}
  /// Ends the line.
  ~SendProgress();
  SendProgress(const SendProgress&) = delete;

  /// Four times a second at most.
  void update(uint64_t bytes, uint64_t lines);

  /// `[######              ]  30 %  12 MB, 100000 lines, 4.1 MB/s, 0:07 left`
  static std::string text(uint64_t bytes, uint64_t lines, uint64_t total, double seconds);

 private:
  using Clock = std::chrono::steady_clock;
  void show();

  const bool shown_;
  const uint64_t total_;
  uint64_t bytes_ = 0, lines_ = 0;
  const Clock::time_point begun_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace sleipnir::api
