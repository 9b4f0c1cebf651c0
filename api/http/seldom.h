#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace sleipnir::api {

/// Lets one of many equal messages through a period: what fails for one request fails for each. Any thread.
class Seldom {
 public:
  explicit Seldom(std::chrono::milliseconds period) : period_(period) {}

  /// How many were held back since the last that was let through; nullopt: hold back this one, too.
  std::optional<uint64_t> due() {
    const int64_t now = std::chrono::steady_clock::now().time_since_epoch().count();
    int64_t next = next_.load();
    if (now < next || !next_.compare_exchange_strong(next, now + std::chrono::steady_clock::duration(period_).count())) {
      ++held_back_;
      return {};
    }
    return held_back_.exchange(0);
  }

 private:
  const std::chrono::milliseconds period_;
  std::atomic<int64_t> next_{INT64_MIN};
  std::atomic<uint64_t> held_back_{0};
};

}  // namespace sleipnir::api
