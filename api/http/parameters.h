#pragma once
// Query parameters, and the texts that refuse them (http-api.md §0.6, §0.7).
#include <optional>
#include <string_view>

#include "api/http/exchange.h"
#include "base/result.h"
#include "base/scan.h"
#include "base/time.h"

namespace sleipnir::api {

struct TimeRange {
  Nanos start = 0, end = 0;
};

/// A timestamp: Unix seconds with a fraction, integers (seconds up to ten characters, else nanoseconds), RFC 3339. Times beyond what
/// 64 bits of nanoseconds hold are cut to the nearest that they do. Errors (kInvalid) are Go's.
Result<Nanos> parse_timestamp(std::string_view text, Nanos fallback);

/// Seconds as a float, or a Prometheus duration.
Result<Nanos> parse_step(std::string_view text, Nanos fallback);

/// Go's Atoi, positive, at most 2^32-1.
Result<uint64_t> parse_limit(std::string_view text, uint64_t fallback);

/// `start`, `end` and `since`, with their defaults. `end` before `start` is the caller's to refuse.
Result<TimeRange> read_time_range(const Request& request, Nanos now);
/// The same, refused where `end` is before `start`.
Result<TimeRange> read_ordered_range(const Request& request, Nanos now);

struct RangeParameters {
  TimeRange time;
  uint64_t limit = 100;
  Direction direction = Direction::kBackward;
  Nanos step = 0, interval = 0;
};
/// Those of query_range, checked, in the order in which they are refused. `limit` stands for the request's where given.
Result<RangeParameters> read_range_parameters(const Request& request, Nanos now, std::optional<uint64_t> limit = {});

struct InstantParameters {
  Nanos time = 0;
  uint64_t limit = 100;
  Direction direction = Direction::kBackward;
};
Result<InstantParameters> read_instant_parameters(const Request& request, Nanos now, std::optional<uint64_t> limit = {});

/// 1/250 of the range, in whole seconds, at least one.
Nanos default_step(const TimeRange& time);

/// More than 11,000 points of a series are refused.
Result<void> check_resolution(const TimeRange& time, Nanos step);

/// Widened to multiples of the step (logql.md §9.1).
TimeRange align(const TimeRange& time, Nanos step);

}  // namespace sleipnir::api
