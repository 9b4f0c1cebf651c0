#include "api/ingest/rate.h"

#include <algorithm>

namespace sleipnir::api {

bool RateLimiter::allow(const std::string& name, uint64_t bytes, double per_second, double burst, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  if (buckets_.size() >= sweep_at_) forget_idle(now);
  auto [it, fresh] = buckets_.try_emplace(name, Bucket{burst, now});
  Bucket& bucket = it->second;
  const double seconds = std::max(0.0, std::chrono::duration<double>(now - bucket.updated).count());
  bucket.tokens = std::min(burst, bucket.tokens + seconds * per_second);
  bucket.updated = now;
  if (bucket.tokens < static_cast<double>(bytes)) return false;
  bucket.tokens -= static_cast<double>(bytes);
  return true;
}

size_t RateLimiter::buckets() const {
  std::lock_guard lock(mutex_);
  return buckets_.size();
}

void RateLimiter::forget_idle(Clock::time_point now) {
  constexpr auto kIdle = std::chrono::minutes(1);  // longer than any sensible burst needs to fill up
  std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.updated > kIdle; });
  sweep_at_ = std::max<size_t>(1024, buckets_.size() * 2);
}

}  // namespace sleipnir::api
