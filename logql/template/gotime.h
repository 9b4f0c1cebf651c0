#pragma once
// Instants with a zone, and Go's reference-time layouts.
#include <cstdint>
#include <string>
#include <string_view>

#include "logql/template/zone.h"

namespace sleipnir::logql::gotemplate {

struct Time {
  int64_t seconds = -62135596800;  ///< since the Unix epoch; the default is Go's zero time, 0001-01-01 UTC
  int32_t nanos = 0;               ///< 0 to 999,999,999
  const Zone* zone = &Zone::utc();
  bool fixed = false;              ///< a zone that only a parsed text names; then `zone` does not count
  int32_t fixed_offset = 0;
  std::string fixed_name;

  ZoneOffset offset() const;
  bool operator==(const Time& o) const { return seconds == o.seconds && nanos == o.nanos; }
  bool operator<(const Time& o) const { return seconds != o.seconds ? seconds < o.seconds : nanos < o.nanos; }
};

/// Seconds may be any, nanos are carried over.
Time make_time(int64_t seconds, int64_t nanos, const Zone& zone);

/// Calendar fields in the time's own zone.
struct Civil {
  int64_t year;
  int month, day, hour, minute, second, weekday, yearday;  ///< yearday from 1, weekday 0 is Sunday
};
Civil civil(const Time& t);
/// Unix seconds of local calendar fields, which may be out of range; in gaps and overlaps as Go's time.Date.
int64_t unix_seconds(int64_t year, int64_t month, int64_t day, int64_t second_of_day, const Zone& zone);

/// How a time prints.
inline constexpr std::string_view kDefaultLayout = "2006-01-02 15:04:05.999999999 -0700 MST";
std::string format_time(const Time& t, std::string_view layout);

/// Go's time.ParseInLocation; false where Go fails.
bool parse_time(std::string_view layout, std::string_view text, const Zone& zone, Time& out);

std::string_view month_name(int month);      ///< 1 to 12
std::string_view weekday_name(int weekday);  ///< 0 is Sunday

}  // namespace sleipnir::logql::gotemplate
