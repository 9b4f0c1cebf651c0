#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir {

/// Nanoseconds: since the Unix epoch (a time) or a length (a duration).
using Nanos = int64_t;
inline constexpr Nanos kMicrosecond = 1000, kMillisecond = 1000 * kMicrosecond, kSecond = 1000 * kMillisecond,
                       kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

Nanos now();

/// Go's time.ParseDuration: signed, units ns us µs μs ms s m h, fractions, any order.
/// Errors are Go's: `time: invalid duration "abc"`, `time: unknown unit "d" in duration "1d"`, `time: missing unit in duration "1"`.
Result<Nanos> parse_go_duration(std::string_view text);

/// Prometheus's model.ParseDuration: y w d h m s ms, strictly descending, integers, no sign; "0" alone is allowed.
/// Errors: `empty duration string`, `not a valid duration string: "5"`, `unknown unit "." in duration "1.5h"`, `duration out of range`
/// (specification logql.md §1.9).
Result<Nanos> parse_prometheus_duration(std::string_view text);

/// Go's Duration.String: `5m0s`, `1.5s`, `1µs`, `0s`.
std::string format_go_duration(Nanos d);

/// Prometheus's Duration.String: `30d1h`, `1m`, `0s` (millisecond resolution).
std::string format_prometheus_duration(Nanos d);

/// RFC 3339 with optional fraction. Error is Go's text of time.Parse.
Result<Nanos> parse_rfc3339(std::string_view text);

/// RFC 3339 in UTC; `fraction` writes nanoseconds without trailing zeros (RFC3339Nano), otherwise whole seconds.
std::string format_rfc3339(Nanos t, bool fraction);

struct CivilTime { int64_t year; int month, day, hour, minute, second; int32_t nanos; int weekday, yearday; };
CivilTime civil_utc(Nanos t);

}  // namespace sleipnir
