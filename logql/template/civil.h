#pragma once
// The proleptic Gregorian calendar, any year.
#include <cstdint>

namespace sleipnir::logql::gotemplate {

struct CivilDate { int64_t year; int month, day; };

constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

constexpr bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

/// Days since 1970-01-01. Years count from March inside, so that the leap day is the last.
constexpr int64_t days_from_civil(int64_t year, int month, int day) {
  year -= month <= 2;
  const int64_t era = floor_div(year, 400), of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

constexpr CivilDate civil_from_days(int64_t days) {
  days += 719468;
  const int64_t era = floor_div(days, 146097), of_era = days - era * 146097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = static_cast<int>((5 * of_year + 2) / 153);
  const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2), month, static_cast<int>(of_year - (153 * month_from_march + 2) / 5 + 1)};
}

/// 0 is Sunday.
constexpr int weekday(int64_t days) { return static_cast<int>(((days + 4) % 7 + 7) % 7); }

}  // namespace sleipnir::logql::gotemplate
