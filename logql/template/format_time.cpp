#include <cstdio>

#include "logql/template/gotime.h"
#include "logql/template/layout.h"

namespace sleipnir::logql::gotemplate {
namespace {

void append_number(std::string& out, int64_t value, int width) {
  char text[32];
  snprintf(text, sizeof text, value < 0 ? "-%0*lld" : "%0*lld", width, static_cast<long long>(value < 0 ? -value : value));
  out += text;
}

int hour12(int hour) { return hour % 12 == 0 ? 12 : hour % 12; }

void append_fraction(std::string& out, int32_t nanos, const LayoutChunk& chunk) {
  char digits[16];
  snprintf(digits, sizeof digits, "%09d", nanos);
  std::string text(digits);
  text.resize(chunk.digits, '0');
  if (chunk.field == Field::kFractionNines) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.empty()) return;
  }
  (out += chunk.point) += text;
}

void append_offset(std::string& out, int32_t offset, Field field) {
  if (is_zulu(field) && offset == 0) {
    out += 'Z';
    return;
  }
  const int seconds = offset < 0 ? -offset : offset;
  out += offset / 60 < 0 ? '-' : '+';
  append_number(out, seconds / 3600, 2);
  if (has_hours_only(field)) return;
  if (has_colons(field)) out += ':';
  append_number(out, seconds / 60 % 60, 2);
  if (!has_seconds(field)) return;
  if (has_colons(field)) out += ':';
  append_number(out, seconds % 60, 2);
}

void append_zone(std::string& out, const ZoneOffset& zone) {
  if (!zone.abbreviation.empty()) {
    out += zone.abbreviation;
    return;
  }
  append_offset(out, zone.seconds, Field::kOffset);
}

void append_field(std::string& out, const Time& t, const Civil& c, const LayoutChunk& chunk) {
  switch (chunk.field) {
    case Field::kNone: return;
    case Field::kYear: return append_number(out, (c.year < 0 ? 0 : c.year) % 100, 2);
    case Field::kLongYear: return append_number(out, c.year, 4);
    case Field::kMonth: out += month_name(c.month).substr(0, 3); return;
    case Field::kLongMonth: out += month_name(c.month); return;
    case Field::kNumMonth: return append_number(out, c.month, 0);
    case Field::kZeroMonth: return append_number(out, c.month, 2);
    case Field::kWeekday: out += weekday_name(c.weekday).substr(0, 3); return;
    case Field::kLongWeekday: out += weekday_name(c.weekday); return;
    case Field::kUnderDay: if (c.day < 10) out += ' '; [[fallthrough]];
    case Field::kDay: return append_number(out, c.day, 0);
    case Field::kZeroDay: return append_number(out, c.day, 2);
    case Field::kUnderYearDay:
      if (c.yearday < 100) out += c.yearday < 10 ? "  " : " ";
      return append_number(out, c.yearday, 0);
    case Field::kZeroYearDay: return append_number(out, c.yearday, 3);
    case Field::kHour: return append_number(out, c.hour, 2);
    case Field::kHour12: return append_number(out, hour12(c.hour), 0);
    case Field::kZeroHour12: return append_number(out, hour12(c.hour), 2);
    case Field::kMinute: return append_number(out, c.minute, 0);
    case Field::kZeroMinute: return append_number(out, c.minute, 2);
    case Field::kSecond: return append_number(out, c.second, 0);
    case Field::kZeroSecond: return append_number(out, c.second, 2);
    case Field::kUpperPm: out += c.hour >= 12 ? "PM" : "AM"; return;
    case Field::kLowerPm: out += c.hour >= 12 ? "pm" : "am"; return;
    case Field::kZoneName: return append_zone(out, t.offset());
    case Field::kFractionZeros: case Field::kFractionNines: return append_fraction(out, t.nanos, chunk);
    default: return append_offset(out, t.offset().seconds, chunk.field);
  }
}

}  // namespace

std::string format_time(const Time& t, std::string_view layout) {
  std::string out;
  const Civil c = civil(t);
  while (!layout.empty()) {
    const LayoutChunk chunk = next_chunk(layout);
    out += chunk.before;
    append_field(out, t, c, chunk);
    layout = chunk.rest;
  }
  return out;
}

}  // namespace sleipnir::logql::gotemplate
