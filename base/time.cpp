#include "base/time.h"

#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace sleipnir {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Nanos now() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

CivilTime civil_utc(Nanos t) {
  using namespace std::chrono;
  int64_t seconds = t / kSecond, nanos = t % kSecond;
  if (nanos < 0) {
    nanos += kSecond;
    --seconds;
  }
  int64_t day = seconds / 86400, rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --day;
  }
  const sys_days date{days{day}};
  const year_month_day ymd{date};
  CivilTime c{};
  c.year = static_cast<int>(ymd.year());
  c.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  c.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  c.hour = static_cast<int>(rest / 3600);
  c.minute = static_cast<int>(rest / 60 % 60);
  c.second = static_cast<int>(rest % 60);
  c.nanos = static_cast<int32_t>(nanos);
  c.weekday = static_cast<int>(weekday{date}.c_encoding());
  c.yearday = static_cast<int>((date - sys_days{ymd.year() / January / 1}).count()) + 1;
  return c;
}

Result<Nanos> parse_rfc3339(std::string_view text) {
  const auto fail = [&](std::string_view rest, std::string_view layout) {
    return invalid("parsing time " + go_quote(text) + " as \"2006-01-02T15:04:05Z07:00\": cannot parse " + go_quote(rest) + " as " + go_quote(layout));
  };
  std::string_view s = text;
  // Reads `width` digits, then the literal that must follow.
  const auto read = [&](size_t width, int& out) {
    if (s.size() < width) return false;
    out = 0;
    for (size_t i = 0; i < width; ++i) {
      if (!digit(s[i])) return false;
      out = out * 10 + (s[i] - '0');
    }
    s.remove_prefix(width);
    return true;
  };
  struct Field { size_t width; const char* layout; char after; };
  static constexpr Field kFields[] = {{4, "2006", '-'}, {2, "01", '-'}, {2, "02", 'T'}, {2, "15", ':'}, {2, "04", ':'}, {2, "05", 0}};
  int v[6];
  for (int i = 0; i < 6; ++i) {
    if (!read(kFields[i].width, v[i])) return fail(s, kFields[i].layout);
    if (!kFields[i].after) break;
    if (!s.starts_with(kFields[i].after)) return fail(s, std::string(1, kFields[i].after));
    s.remove_prefix(1);
  }
  const auto out_of_range = [&](const char* what) { return invalid("parsing time " + go_quote(text) + ": " + what + " out of range"); };
  int64_t nanos = 0;
  if (s.size() > 1 && (s[0] == '.' || s[0] == ',') && digit(s[1])) {
    int64_t scale = kSecond / 10;
    for (s.remove_prefix(1); !s.empty() && digit(s[0]); s.remove_prefix(1), scale /= 10) nanos += (s[0] - '0') * scale;
  }
  int64_t offset = 0;
  if (s.starts_with('Z')) {
    s.remove_prefix(1);
  } else {
    if (s.empty() || (s[0] != '+' && s[0] != '-')) return fail(s, "Z07:00");
    const std::string_view zone = s;
    const int sign = s[0] == '-' ? -1 : 1;
    s.remove_prefix(1);
    int hours, minutes;
    if (!read(2, hours) || !s.starts_with(':')) return fail(zone, "Z07:00");
    s.remove_prefix(1);
    if (!read(2, minutes) || hours > 24 || minutes > 60) return fail(zone, "Z07:00");
    offset = sign * (hours * 3600 + minutes * 60);
  }
  if (!s.empty()) return invalid("parsing time " + go_quote(text) + ": extra text: " + go_quote(s));
  using namespace std::chrono;
  const year_month_day date{year{v[0]}, month{static_cast<unsigned>(v[1])}, day{static_cast<unsigned>(v[2])}};
  if (v[1] < 1 || v[1] > 12) return out_of_range("month");
  if (!date.ok()) return out_of_range("day");
  if (v[3] > 23) return out_of_range("hour");
  if (v[4] > 59) return out_of_range("minute");
  if (v[5] > 59) return out_of_range("second");
  const int64_t seconds = sys_days{date}.time_since_epoch().count() * int64_t{86400} + v[3] * 3600 + v[4] * 60 + v[5] - offset;
  Nanos t;
  if (__builtin_mul_overflow(seconds, kSecond, &t) || __builtin_add_overflow(t, nanos, &t)) return out_of_range("year");
  return t;
}

std::string format_rfc3339(Nanos t, bool fraction) {
  const CivilTime c = civil_utc(t);
  char buffer[80];
  std::string out(buffer, static_cast<size_t>(std::snprintf(buffer, sizeof buffer, "%04lld-%02d-%02dT%02d:%02d:%02d", static_cast<long long>(c.year), c.month, c.day, c.hour, c.minute, c.second)));
  if (fraction && c.nanos) {
    std::string digits(buffer, static_cast<size_t>(std::snprintf(buffer, sizeof buffer, ".%09d", c.nanos)));
    digits.erase(digits.find_last_not_of('0') + 1);
    out += digits;
  }
  return out += 'Z';
}

}  // namespace sleipnir
