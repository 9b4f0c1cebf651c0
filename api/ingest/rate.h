#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sleipnir::api {

/// Token buckets by name, in bytes: each holds up to `burst` and gains `per_second`. A bucket starts full. Any thread; a call is one lookup
/// under a lock. Buckets that have been full for a while are forgotten, so memory follows the streams that are being written.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes `bytes` from the bucket if it holds that many, else takes nothing and returns false. A request above `burst` never passes.
  bool allow(const std::string& name, uint64_t bytes, double per_second, double burst, Clock::time_point now = Clock::now());
  size_t buckets() const;

 private:
  struct Bucket { double tokens = 0; Clock::time_point updated; };
  void forget_idle(Clock::time_point now);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  size_t sweep_at_ = 1024;
};

}  // namespace sleipnir::api
