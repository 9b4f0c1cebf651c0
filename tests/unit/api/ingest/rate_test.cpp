#include <doctest/doctest.h>

#include "api/ingest/rate.h"

using namespace sleipnir::api;
using namespace std::chrono_literals;

TEST_CASE("a bucket starts full, empties and fills again") {
  RateLimiter limiter;
  const RateLimiter::Clock::time_point start{};
  const auto allow = [&](uint64_t bytes, auto after) { return limiter.allow("a", bytes, 100, 300, start + after); };
  CHECK_FALSE(allow(301, 0s));
  CHECK(allow(300, 0s));
  CHECK_FALSE(allow(1, 0s));
  CHECK_FALSE(allow(101, 1s));
  CHECK(allow(100, 1s));
  CHECK(limiter.allow("b", 300, 100, 300, start));
  CHECK(allow(300, 1h));
  CHECK_FALSE(allow(1, 1h));
}

TEST_CASE("idle buckets are forgotten") {
  RateLimiter limiter;
  const RateLimiter::Clock::time_point start{};
  for (int i = 0; i < 1024; ++i) limiter.allow(std::to_string(i), 1, 1, 10, start);
  CHECK(limiter.buckets() == 1024);
  limiter.allow("x", 1, 1, 10, start + 2min);
  CHECK(limiter.buckets() == 1);
}
