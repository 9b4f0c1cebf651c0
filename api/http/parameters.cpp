#include "api/http/parameters.h"

#include <cmath>
#include <limits>

#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr Nanos kMost = std::numeric_limits<Nanos>::max(), kLeast = std::numeric_limits<Nanos>::min();
constexpr int64_t kMostPoints = 11'000;

Nanos saturate(double nanos) {
  if (nanos >= 9.2233720368547e18) return kMost;
  if (nanos <= -9.2233720368547e18) return kLeast;
  return static_cast<Nanos>(nanos);
}

/// a - b, cut to what fits.
Nanos difference(Nanos a, Nanos b) {
  Nanos d;
  return __builtin_sub_overflow(a, b, &d) ? (a > b ? kMost : kLeast) : d;
}

/// strconv.Atoi's text differs from ParseInt's only in the name.
Error atoi_error(Error error) {
  constexpr std::string_view kFrom = "strconv.ParseInt:";
  if (error.message.starts_with(kFrom)) error.message.replace(0, kFrom.size(), "strconv.Atoi:");
  return error;
}

template <class T>
Result<T> named(std::string_view parameter, Result<T> parsed) {
  if (parsed) return parsed;
  return invalid("could not parse '" + std::string(parameter) + "' parameter: " + parsed.error().message);
}

/// RFC 3339; of a time whose year no Nanos holds the nearest one.
Result<Nanos> parse_time(std::string_view text) {
  auto time = parse_rfc3339(text);
  const std::string_view year = text.substr(0, 4);
  if (time || (year > "1677" && year < "2262")) return time;
  if (!parse_rfc3339("2001" + std::string(text.substr(year.size())))) return time;
  return year < "2001" ? kLeast : kMost;
}

Result<Direction> parse_direction(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower.empty() || lower == "backward") return Direction::kBackward;
  if (lower == "forward") return Direction::kForward;
  return invalid("invalid direction '" + std::string(text) + "'");
}

}  // namespace

Result<Nanos> parse_timestamp(std::string_view text, Nanos fallback) {
  if (text.empty()) return fallback;
  if (text.find('.') != text.npos) {
    if (const auto seconds = parse_go_float(text)) {
      double whole;
      const double fraction = std::round(std::modf(*seconds, &whole) * 1000) / 1000;
      const Nanos nanos = saturate(whole * 1e9);
      return nanos == kMost || nanos == kLeast ? nanos : static_cast<Nanos>(whole) * kSecond + static_cast<Nanos>(fraction * 1e9);
    }
  }
  const auto integer = parse_go_int(text);
  if (!integer) {
    if (const auto time = parse_time(text)) return *time;
    return integer.error();
  }
  if (text.size() > 10) return *integer;
  Nanos nanos;
  return __builtin_mul_overflow(*integer, kSecond, &nanos) ? (*integer > 0 ? kMost : kLeast) : nanos;
}

Result<Nanos> parse_step(std::string_view text, Nanos fallback) {
  if (text.empty()) return fallback;
  if (const auto seconds = parse_go_float(text)) {
    const double nanos = *seconds * 1e9;
    if (nanos > 9.223372036854775807e18 || nanos < -9.223372036854775807e18) return invalid("cannot parse " + go_quote(text) + " to a valid duration. It overflows int64");
    return std::isnan(nanos) ? kLeast : saturate(nanos);
  }
  if (const auto duration = parse_prometheus_duration(text)) return *duration;
  return invalid("cannot parse " + go_quote(text) + " to a valid duration");
}

Result<uint64_t> parse_limit(std::string_view text, uint64_t fallback) {
  if (text.empty()) return fallback;
  const auto n = parse_go_int(text);
  if (!n) return atoi_error(n.error());
  if (*n <= 0) return invalid("limit must be a positive value");
  if (*n > std::numeric_limits<uint32_t>::max()) return invalid("limit value " + std::to_string(*n) + " is out of range [0, 4294967295]");
  return static_cast<uint64_t>(*n);
}

Result<TimeRange> read_time_range(const Request& request, Nanos now) {
  Nanos since = kHour;
  if (const auto text = request.param("since"); !text.empty()) {
    auto parsed = named("since", parse_prometheus_duration(text));
    if (!parsed) return parsed.error();
    since = *parsed;
  }
  auto end = named("end", parse_timestamp(request.param("end"), now));
  if (!end) return end.error();
  auto start = named("start", parse_timestamp(request.param("start"), difference(std::min(*end, now), since)));
  if (!start) return start.error();
  return TimeRange{*start, *end};
}

Result<TimeRange> read_ordered_range(const Request& request, Nanos now) {
  auto time = read_time_range(request, now);
  if (time && time->end < time->start) return invalid("end timestamp must not be before or equal to start time");
  return time;
}

Nanos default_step(const TimeRange& time) { return std::max<Nanos>(1, difference(time.end, time.start) / kSecond / 250) * kSecond; }

Result<void> check_resolution(const TimeRange& time, Nanos step) {
  if (step <= 0) return invalid("zero or negative query resolution step widths are not accepted. Try a positive integer");
  if (difference(time.end, time.start) / step > kMostPoints)
    return invalid("exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter");
  return {};
}

Result<RangeParameters> read_range_parameters(const Request& request, Nanos now, std::optional<uint64_t> given_limit) {
  RangeParameters p;
  auto time = read_ordered_range(request, now);
  if (!time) return time.error();
  p.time = *time;
  auto limit = given_limit ? *given_limit : parse_limit(request.param("limit"), 100);
  if (!limit) return limit.error();
  p.limit = *limit;
  auto direction = parse_direction(request.param("direction"));
  if (!direction) return direction.error();
  p.direction = *direction;
  auto step = parse_step(request.param("step"), default_step(p.time));
  if (!step) return step.error();
  p.step = *step;
  if (auto ok = check_resolution(p.time, p.step); !ok) return ok.error();
  auto interval = parse_step(request.param("interval"), 0);
  if (!interval) return interval.error();
  p.interval = *interval;
  if (p.interval < 0) return invalid("interval must be >= 0");
  return p;
}

Result<InstantParameters> read_instant_parameters(const Request& request, Nanos now, std::optional<uint64_t> given_limit) {
  InstantParameters p;
  auto limit = given_limit ? *given_limit : parse_limit(request.param("limit"), 100);
  if (!limit) return limit.error();
  p.limit = *limit;
  auto time = parse_timestamp(request.param("time"), now);
  if (!time) return time.error();
  p.time = *time;
  auto direction = parse_direction(request.param("direction"));
  if (!direction) return direction.error();
  p.direction = *direction;
  return p;
}

TimeRange align(const TimeRange& time, Nanos step) {
  // Loki keeps steps in milliseconds.
  step = std::max(step / kMillisecond, Nanos{1}) * kMillisecond;
  const auto floor_mod = [step](Nanos t) { return ((t % step) + step) % step; };
  TimeRange aligned = time;
  __builtin_sub_overflow(time.start, floor_mod(time.start), &aligned.start);
  if (const Nanos over = floor_mod(time.end); over != 0 && __builtin_add_overflow(time.end, step - over, &aligned.end)) aligned.end = time.end - over;
  return aligned;
}

}  // namespace sleipnir::api
