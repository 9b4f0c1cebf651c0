#include "logql/template/gotime.h"

#include "logql/template/civil.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr int64_t kDaySeconds = 86400, kSecondNanos = 1'000'000'000;
constexpr std::string_view kMonths[] = {"January", "February", "March", "April", "May", "June",
                                        "July", "August", "September", "October", "November", "December"};
constexpr std::string_view kWeekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

}  // namespace

std::string_view month_name(int month) { return kMonths[month - 1]; }
std::string_view weekday_name(int weekday) { return kWeekdays[weekday]; }

ZoneOffset Time::offset() const {
  if (fixed) return {fixed_offset, fixed_name};
  return zone->at(seconds);
}

Time make_time(int64_t seconds, int64_t nanos, const Zone& zone) {
  Time t;
  const int64_t carry = floor_div(nanos, kSecondNanos);
  t.seconds = static_cast<int64_t>(static_cast<uint64_t>(seconds) + static_cast<uint64_t>(carry));
  t.nanos = static_cast<int32_t>(nanos - carry * kSecondNanos);
  t.zone = &zone;
  return t;
}

Civil civil(const Time& t) {
  // Wraps like Go's for instants that no calendar holds.
  const int64_t local = static_cast<int64_t>(static_cast<uint64_t>(t.seconds) + static_cast<uint64_t>(static_cast<int64_t>(t.offset().seconds)));
  const int64_t days = floor_div(local, kDaySeconds), second = local - days * kDaySeconds;
  const CivilDate date = civil_from_days(days);
  return {date.year, date.month, date.day, static_cast<int>(second / 3600), static_cast<int>(second / 60 % 60), static_cast<int>(second % 60),
          weekday(days), static_cast<int>(days - days_from_civil(date.year, 1, 1)) + 1};
}

int64_t unix_seconds(int64_t year, int64_t month, int64_t day, int64_t second_of_day, const Zone& zone) {
  const int64_t carry = floor_div(month - 1, 12);
  const int64_t days = days_from_civil(year + carry, static_cast<int>(month - carry * 12), 1) + day - 1;
  const int64_t local = days * kDaySeconds + second_of_day;
  const ZoneOffset first = zone.at(local);
  if (first.seconds == 0) return local;
  const int64_t guess = local - first.seconds;
  if (guess >= first.from && guess < first.until) return guess;
  return local - zone.at(guess).seconds;
}

}  // namespace sleipnir::logql::gotemplate
