#include <algorithm>
#include <optional>

#include "logql/template/civil.h"
#include "logql/template/gotime.h"
#include "logql/template/layout.h"

namespace sleipnir::logql::gotemplate {
namespace {

bool digit_at(std::string_view s, size_t i) { return i < s.size() && s[i] >= '0' && s[i] <= '9'; }
bool point_at(std::string_view s, size_t i) { return i < s.size() && (s[i] == '.' || s[i] == ','); }

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return (x | 0x20) == (y | 0x20) && ((x | 0x20) >= 'a'); });
}

/// Reads a text against a layout, field by field. Every read returns false where Go reports an error.
class TimeReader {
 public:
  TimeReader(std::string_view layout, std::string_view text) : layout_(layout), text_(text) {}

  bool read();
  bool resolve(const Zone& zone, Time& out);

 private:
  bool literal(std::string_view expected);
  bool field(const LayoutChunk& chunk);
  bool number(int& out, bool two_digits);
  bool bounded(int& out, bool two_digits, int low, int high) { return number(out, two_digits) && out >= low && out <= high; }
  bool three_digits(int& out, bool all);
  bool year(bool four);
  bool name(int& out, int count, std::string_view (*names)(int), int first, bool whole);
  bool day(Field field);
  bool year_day(bool zeros);
  bool second();
  bool half(bool upper);
  bool offset(Field field);
  bool zone_name();
  bool nanos(size_t bytes);
  bool fraction_nines();
  bool date();
  void cut(size_t n) { text_.remove_prefix(n); }

  std::string_view layout_, text_;
  int year_ = 0, month_ = -1, day_ = -1, year_day_ = -1, hour_ = 0, minute_ = 0, second_ = 0, nanos_ = 0;
  bool pm_ = false, am_ = false, utc_ = false;
  std::optional<int> offset_;
  std::string_view zone_name_;
};

bool TimeReader::read() {
  for (;;) {
    const LayoutChunk chunk = next_chunk(layout_);
    if (!literal(chunk.before)) return false;
    if (chunk.field == Field::kNone) {
      if (!text_.empty()) return false;
      break;
    }
    layout_ = chunk.rest;
    if (!field(chunk)) return false;
  }
  if (pm_ && hour_ < 12) hour_ += 12;
  else if (am_ && hour_ == 12) hour_ = 0;
  return date();
}

/// A blank in the layout stands for any number of blanks.
bool TimeReader::literal(std::string_view expected) {
  while (!expected.empty()) {
    if (expected[0] == ' ') {
      if (!text_.empty() && text_[0] != ' ') return false;
      expected.remove_prefix(std::min(expected.find_first_not_of(' '), expected.size()));
      cut(std::min(text_.find_first_not_of(' '), text_.size()));
      continue;
    }
    if (text_.empty() || text_[0] != expected[0]) return false;
    expected.remove_prefix(1);
    cut(1);
  }
  return true;
}

bool TimeReader::field(const LayoutChunk& chunk) {
  switch (chunk.field) {
    case Field::kNone: return true;
    case Field::kYear: return year(false);
    case Field::kLongYear: return year(true);
    case Field::kMonth: return name(month_, 12, month_name, 1, false);
    case Field::kLongMonth: return name(month_, 12, month_name, 1, true);
    case Field::kNumMonth: case Field::kZeroMonth: return bounded(month_, chunk.field == Field::kZeroMonth, 1, 12);
    case Field::kWeekday: case Field::kLongWeekday: {
      int ignored;
      return name(ignored, 7, weekday_name, 0, chunk.field == Field::kLongWeekday);
    }
    case Field::kDay: case Field::kUnderDay: case Field::kZeroDay: return day(chunk.field);
    case Field::kUnderYearDay: case Field::kZeroYearDay: return year_day(chunk.field == Field::kZeroYearDay);
    case Field::kHour: return bounded(hour_, false, 0, 23);
    case Field::kHour12: case Field::kZeroHour12: return bounded(hour_, chunk.field == Field::kZeroHour12, 0, 12);
    case Field::kMinute: case Field::kZeroMinute: return bounded(minute_, chunk.field == Field::kZeroMinute, 0, 59);
    case Field::kSecond: case Field::kZeroSecond: return bounded(second_, chunk.field == Field::kZeroSecond, 0, 59) && second();
    case Field::kUpperPm: case Field::kLowerPm: return half(chunk.field == Field::kUpperPm);
    case Field::kZoneName: return zone_name();
    case Field::kFractionZeros: return text_.size() >= static_cast<size_t>(chunk.digits) + 1 && nanos(chunk.digits + 1);
    case Field::kFractionNines: return fraction_nines();
    default: return offset(chunk.field);
  }
}

bool TimeReader::number(int& out, bool two_digits) {
  if (!digit_at(text_, 0)) return false;
  const bool two = digit_at(text_, 1);
  if (!two && two_digits) return false;
  out = two ? (text_[0] - '0') * 10 + (text_[1] - '0') : text_[0] - '0';
  cut(two ? 2 : 1);
  return true;
}

bool TimeReader::three_digits(int& out, bool all) {
  size_t n = 0;
  for (out = 0; n < 3 && digit_at(text_, n); ++n) out = out * 10 + (text_[n] - '0');
  if (n == 0 || (all && n != 3)) return false;
  cut(n);
  return true;
}

bool TimeReader::year(bool four) {
  const size_t digits = four ? 4 : 2;
  if (text_.size() < digits) return false;
  year_ = 0;
  for (size_t i = 0; i < digits; ++i) {
    // Two digits may be a signed one, as Go reads them with Atoi.
    if (!four && i == 0 && (text_[0] == '-' || text_[0] == '+') && digit_at(text_, 1)) continue;
    if (!digit_at(text_, i)) return false;
    year_ = year_ * 10 + (text_[i] - '0');
  }
  if (!four) {
    if (text_[0] == '-') year_ = -year_;
    year_ += year_ >= 69 ? 1900 : 2000;
  }
  cut(digits);
  return true;
}

bool TimeReader::name(int& out, int count, std::string_view (*names)(int), int first, bool whole) {
  for (int i = first; i < first + count; ++i) {
    const std::string_view name = whole ? names(i) : names(i).substr(0, 3);
    if (text_.size() < name.size() || !same_letters(name, text_.substr(0, name.size()))) continue;
    out = i;
    cut(name.size());
    return true;
  }
  return false;
}

bool TimeReader::day(Field field) {
  if (field == Field::kUnderDay && text_.starts_with(' ')) cut(1);
  return number(day_, field == Field::kZeroDay);
}

bool TimeReader::year_day(bool zeros) {
  for (int i = 0; i < 2 && !zeros && text_.starts_with(' '); ++i) cut(1);
  return three_digits(year_day_, zeros);
}

/// Seconds may have a fraction that the layout does not mention.
bool TimeReader::second() {
  if (!point_at(text_, 0) || !digit_at(text_, 1)) return true;
  const Field follows = next_chunk(layout_).field;
  if (follows == Field::kFractionZeros || follows == Field::kFractionNines) return true;
  size_t n = 2;
  while (digit_at(text_, n)) ++n;
  return nanos(n);
}

bool TimeReader::half(bool upper) {
  const std::string_view two = text_.substr(0, 2);
  if (two == (upper ? "PM" : "pm")) pm_ = true;
  else if (two == (upper ? "AM" : "am")) am_ = true;
  else return false;
  cut(2);
  return true;
}

/// A point and digits, `bytes` in all.
bool TimeReader::nanos(size_t bytes) {
  if (!point_at(text_, 0)) return false;
  const size_t digits = std::min<size_t>(bytes, 10);
  nanos_ = 0;
  for (size_t i = 1; i < 10; ++i) {
    if (i < digits && !digit_at(text_, i)) return false;
    nanos_ = nanos_ * 10 + (i < digits ? text_[i] - '0' : 0);
  }
  cut(bytes);
  return true;
}

bool TimeReader::fraction_nines() {
  if (!point_at(text_, 0) || !digit_at(text_, 1)) return true;
  size_t n = 2;
  while (digit_at(text_, n)) ++n;
  return nanos(n);
}

bool TimeReader::offset(Field field) {
  if (is_zulu(field) && text_.starts_with('Z')) {
    utc_ = true;
    cut(1);
    return true;
  }
  const int parts = has_hours_only(field) ? 1 : has_seconds(field) ? 3 : 2;
  if (text_.empty() || (text_[0] != '+' && text_[0] != '-')) return false;
  const int sign = text_[0] == '-' ? -1 : 1;
  cut(1);
  int value[3] = {0, 0, 0};
  for (int i = 0; i < parts; ++i) {
    if (i > 0 && has_colons(field) && !literal(":")) return false;
    if (!number(value[i], true)) return false;
  }
  if (value[0] > 24 || value[1] > 60 || value[2] > 60) return false;
  offset_ = sign * (value[0] * 3600 + value[1] * 60 + value[2]);
  return true;
}

/// Length of `+5`, `-11` at s[i]; 0 where there is none.
size_t signed_hours(std::string_view s, size_t i) {
  if (i >= s.size() || (s[i] != '+' && s[i] != '-')) return 0;
  size_t end = i + 1;
  int64_t hours = 0;
  for (; digit_at(s, end); ++end) hours = std::min<int64_t>(hours * 10 + (s[end] - '0'), 1000);
  return end == i + 1 || hours > 23 ? 0 : end - i;
}

/// Length of a zone abbreviation; 0 where there is none.
size_t abbreviation_length(std::string_view s) {
  if (s.size() < 3) return 0;
  if (s.starts_with("ChST") || s.starts_with("MeST")) return 4;
  if (s.starts_with("GMT")) return 3 + signed_hours(s, 3);
  if (s[0] == '+' || s[0] == '-') return signed_hours(s, 0);
  size_t upper = 0;
  while (upper < 6 && upper < s.size() && s[upper] >= 'A' && s[upper] <= 'Z') ++upper;
  if (upper == 5) return s[4] == 'T' ? 5 : 0;
  if (upper == 4) return s[3] == 'T' || s.starts_with("WITA") ? 4 : 0;
  return upper == 3 ? 3 : 0;
}

bool TimeReader::zone_name() {
  if (text_.starts_with("UTC")) {
    utc_ = true;
    cut(3);
    return true;
  }
  const size_t length = abbreviation_length(text_);
  if (length == 0) return false;
  zone_name_ = text_.substr(0, length);
  cut(length);
  return true;
}

/// Month and day from the day of the year, and their bounds.
bool TimeReader::date() {
  if (year_day_ >= 0) {
    if (year_day_ < 1 || year_day_ > 365 + is_leap(year_)) return false;
    const CivilDate date = civil_from_days(days_from_civil(year_, 1, 1) + year_day_ - 1);
    if ((month_ >= 0 && month_ != date.month) || (day_ >= 0 && day_ != date.day)) return false;
    month_ = date.month;
    day_ = date.day;
    return true;
  }
  if (month_ < 0) month_ = 1;
  if (day_ < 0) day_ = 1;
  return day_ >= 1 && day_ <= days_in_month(year_, month_);
}

bool TimeReader::resolve(const Zone& zone, Time& out) {
  const int64_t of_day = hour_ * 3600 + minute_ * 60 + second_;
  const int64_t as_utc = unix_seconds(year_, month_, day_, of_day, Zone::utc());
  out = make_time(as_utc, nanos_, Zone::utc());
  if (utc_) return true;
  if (!offset_ && zone_name_.empty()) {
    out = make_time(unix_seconds(year_, month_, day_, of_day, zone), nanos_, zone);
    return true;
  }
  if (offset_) {
    out.seconds -= *offset_;
    const ZoneOffset there = zone.at(out.seconds);
    if (there.seconds == *offset_ && (zone_name_.empty() || there.abbreviation == zone_name_)) {
      out.zone = &zone;
      return true;
    }
    out.fixed_offset = *offset_;
  } else if (int32_t known; zone.by_abbreviation(zone_name_, as_utc, known)) {
    out.seconds -= known;
    out.zone = &zone;
    return true;
  } else if (zone_name_.size() > 3 && zone_name_.starts_with("GMT")) {
    out.fixed_offset = atoi(std::string(zone_name_.substr(3)).c_str()) * 3600;
  }
  out.fixed = true;
  out.fixed_name = zone_name_;
  return true;
}

}  // namespace

bool parse_time(std::string_view layout, std::string_view text, const Zone& zone, Time& out) {
  TimeReader reader(layout, text);
  return reader.read() && reader.resolve(zone, out);
}

}  // namespace sleipnir::logql::gotemplate
