// Methods of time.Time, time.Duration, time.Month and time.Weekday, as far as a template can use their results.
#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "logql/template/civil.h"
#include "logql/template/format.h"
#include "logql/template/function.h"
#include "logql/template/gotime.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr Param kT = Param::kTime, kD = Param::kDuration;

Value keep(Call& c, Time t) { return Value::of_time(c.arena.keep(std::move(t))); }
Value of_duration(int64_t d) { return Value::of_int(d, IntType::kDuration); }

Time moved(Time t, int64_t seconds, int64_t nanos) {
  const Time sum = make_time(static_cast<int64_t>(static_cast<uint64_t>(t.seconds) + static_cast<uint64_t>(seconds)), t.nanos + nanos, Zone::utc());
  t.seconds = sum.seconds;
  t.nanos = sum.nanos;
  return t;
}

/// Nanoseconds from b to a, saturated.
int64_t difference(const Time& a, const Time& b) {
  const __int128 d = (static_cast<__int128>(a.seconds) - b.seconds) * kSecond + (a.nanos - b.nanos);
  return static_cast<int64_t>(std::clamp<__int128>(d, INT64_MIN, INT64_MAX));
}

/// Nanoseconds since the last multiple of d after the zero time.
int64_t remainder(const Time& t, int64_t d) {
  const __int128 since_zero = (static_cast<__int128>(t.seconds) - Time{}.seconds) * kSecond + t.nanos;
  const auto r = static_cast<int64_t>(since_zero % d);
  return r < 0 ? r + d : r;
}

Value year(Call& c) { return Value::of_int(civil(c.time(0)).year); }
Value month(Call& c) { return Value::of_int(civil(c.time(0)).month, IntType::kMonth); }
Value day(Call& c) { return Value::of_int(civil(c.time(0)).day); }
Value hour(Call& c) { return Value::of_int(civil(c.time(0)).hour); }
Value minute(Call& c) { return Value::of_int(civil(c.time(0)).minute); }
Value second(Call& c) { return Value::of_int(civil(c.time(0)).second); }
Value nanosecond(Call& c) { return Value::of_int(c.time(0).nanos); }
Value year_day(Call& c) { return Value::of_int(civil(c.time(0)).yearday); }
Value weekday_of(Call& c) { return Value::of_int(civil(c.time(0)).weekday, IntType::kWeekday); }

Value unix_time(Call& c) { return Value::of_int64(c.time(0).seconds); }
Value unix_milli(Call& c) { return Value::of_int64(c.time(0).seconds * 1000 + c.time(0).nanos / kMillisecond); }
Value unix_micro(Call& c) { return Value::of_int64(c.time(0).seconds * 1000000 + c.time(0).nanos / kMicrosecond); }
Value unix_nano(Call& c) {
  return Value::of_int64(static_cast<int64_t>(static_cast<uint64_t>(c.time(0).seconds) * kSecond + static_cast<uint64_t>(c.time(0).nanos)));
}

Value format(Call& c) { return c.keep(format_time(c.time(0), c.text(1))); }
Value text(Call& c) { return c.keep(format_time(c.time(0), kDefaultLayout)); }

Value in_zone(Call& c, const Zone& zone) { return keep(c, make_time(c.time(0).seconds, c.time(0).nanos, zone)); }
Value utc(Call& c) { return in_zone(c, Zone::utc()); }
Value local(Call& c) { return in_zone(c, Zone::local()); }

Value is_zero(Call& c) { return Value::of_bool(c.time(0) == Time{}); }
Value is_dst(Call& c) { return Value::of_bool(c.time(0).offset().dst); }
Value equal(Call& c) { return Value::of_bool(c.time(0) == c.time(1)); }
Value before(Call& c) { return Value::of_bool(c.time(0) < c.time(1)); }
Value after(Call& c) { return Value::of_bool(c.time(1) < c.time(0)); }
Value compare(Call& c) { return Value::of_int(c.time(0) < c.time(1) ? -1 : c.time(1) < c.time(0)); }

Value sub(Call& c) { return of_duration(difference(c.time(0), c.time(1))); }
Value add(Call& c) { return keep(c, moved(c.time(0), c.integer(1) / kSecond, c.integer(1) % kSecond)); }

Value add_date(Call& c) {
  Time t = c.time(0);
  const Civil from = civil(t);
  constexpr int64_t kMax = 1'000'000'000;
  for (int i = 1; i <= 3; ++i) {
    if (std::abs(c.integer(i)) > kMax) return c.fail("date out of range");
  }
  const int64_t of_day = from.hour * 3600 + from.minute * 60 + from.second;
  const Zone& zone = t.fixed ? Zone::utc() : *t.zone;
  t.seconds = unix_seconds(from.year + c.integer(1), from.month + c.integer(2), from.day + c.integer(3), of_day, zone) - t.fixed_offset;
  return keep(c, std::move(t));
}

Value truncate(Call& c) {
  const int64_t d = c.integer(1);
  return keep(c, d <= 0 ? c.time(0) : moved(c.time(0), 0, -remainder(c.time(0), d)));
}

Value round(Call& c) {
  const int64_t d = c.integer(1);
  if (d <= 0) return keep(c, c.time(0));
  const int64_t r = remainder(c.time(0), d);
  return keep(c, moved(c.time(0), 0, r < d - r ? -r : d - r));
}

constexpr std::string_view kThree = " has 3 return values; should be 1 or 2";
constexpr std::string_view kStringInt = "; second return value should be error; is int";
constexpr std::string_view kTwoTimes = "; second return value should be error; is time.Time";

constexpr Function kTimeMethods[] = {
    {"Year", {kT}, year}, {"Month", {kT}, month}, {"Day", {kT}, day}, {"Hour", {kT}, hour}, {"Minute", {kT}, minute}, {"Second", {kT}, second},
    {"Nanosecond", {kT}, nanosecond}, {"YearDay", {kT}, year_day}, {"Weekday", {kT}, weekday_of},
    {"Unix", {kT}, unix_time}, {"UnixMilli", {kT}, unix_milli}, {"UnixMicro", {kT}, unix_micro}, {"UnixNano", {kT}, unix_nano},
    {"Format", {kT, Param::kString}, format}, {"String", {kT}, text}, {"UTC", {kT}, utc}, {"Local", {kT}, local},
    {"IsZero", {kT}, is_zero}, {"IsDST", {kT}, is_dst}, {"Equal", {kT, kT}, equal}, {"Before", {kT, kT}, before}, {"After", {kT, kT}, after},
    {"Compare", {kT, kT}, compare}, {"Sub", {kT, kT}, sub}, {"Add", {kT, kD}, add},
    {"AddDate", {kT, Param::kInt, Param::kInt, Param::kInt}, add_date}, {"Truncate", {kT, kD}, truncate}, {"Round", {kT, kD}, round},
    {"Date", {kT}, nullptr, false, Function::Special::kNone, kThree}, {"Clock", {kT}, nullptr, false, Function::Special::kNone, kThree},
    {"ISOWeek", {kT}, nullptr, false, Function::Special::kNone, kStringInt}, {"Zone", {kT}, nullptr, false, Function::Special::kNone, kStringInt},
    {"ZoneBounds", {kT}, nullptr, false, Function::Special::kNone, kTwoTimes},
};

int64_t magnitude(int64_t d) { return d == INT64_MIN ? INT64_MAX : std::abs(d); }

/// Whole units and the fraction apart, so that whole numbers stay exact.
Value in_units(Call& c, int64_t unit) {
  return Value::of_float(static_cast<double>(c.integer(0) / unit) + static_cast<double>(c.integer(0) % unit) / static_cast<double>(unit));
}

Value hours(Call& c) { return in_units(c, kHour); }
Value minutes(Call& c) { return in_units(c, kMinute); }
Value seconds(Call& c) { return in_units(c, kSecond); }
Value milliseconds(Call& c) { return Value::of_int64(c.integer(0) / kMillisecond); }
Value microseconds(Call& c) { return Value::of_int64(c.integer(0) / kMicrosecond); }
Value nanoseconds(Call& c) { return Value::of_int64(c.integer(0)); }
Value absolute(Call& c) { return of_duration(magnitude(c.integer(0))); }
Value int_text(Call& c) { return c.keep(named_int_text(c.arg(0))); }

Value truncate_duration(Call& c) {
  const int64_t d = c.integer(0), unit = c.integer(1);
  return of_duration(unit <= 0 ? d : d - d % unit);
}

/// Half away from zero, saturated.
Value round_duration(Call& c) {
  const int64_t d = c.integer(0), unit = c.integer(1);
  if (unit <= 0) return of_duration(d);
  const int64_t r = d % unit;
  const bool up = magnitude(r) >= unit - magnitude(r);
  if (!up) return of_duration(d - r);
  const __int128 rounded = static_cast<__int128>(d) - r + (d < 0 ? -unit : unit);
  return of_duration(static_cast<int64_t>(std::clamp<__int128>(rounded, INT64_MIN, INT64_MAX)));
}

constexpr Function kDurationMethods[] = {
    {"Hours", {kD}, hours}, {"Minutes", {kD}, minutes}, {"Seconds", {kD}, seconds}, {"Milliseconds", {kD}, milliseconds},
    {"Microseconds", {kD}, microseconds}, {"Nanoseconds", {kD}, nanoseconds}, {"Abs", {kD}, absolute}, {"String", {kD}, int_text},
    {"Truncate", {kD, kD}, truncate_duration}, {"Round", {kD, kD}, round_duration},
};

constexpr Function kNamedIntMethods[] = {{"String", {Param::kAny}, int_text}};

}  // namespace

FunctionTable time_methods() { return kTimeMethods; }
FunctionTable duration_methods() { return kDurationMethods; }
FunctionTable named_int_methods() { return kNamedIntMethods; }

}  // namespace sleipnir::logql::gotemplate
