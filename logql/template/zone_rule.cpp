#include "logql/template/zone_rule.h"

#include <algorithm>

#include "logql/template/civil.h"

namespace sleipnir::logql::gotemplate {
namespace {

struct Change {
  enum class Form { kJulian, kDayOfYear, kMonth } form = Form::kMonth;
  int month = 0, week = 0, day = 0;
  int32_t time = 2 * 3600;  ///< seconds after midnight, local
};

class RuleReader {
 public:
  explicit RuleReader(std::string_view s) : s_(s) {}

  bool done() const { return s_.empty(); }
  bool skip(char c) {
    if (!s_.starts_with(c)) return false;
    s_.remove_prefix(1);
    return true;
  }
  bool peek(char c) const { return s_.starts_with(c); }

  bool name(std::string_view& out) {
    const bool quoted = skip('<');
    size_t n = 0;
    while (n < s_.size() && (quoted ? s_[n] != '>' : std::string_view("0123456789,-+").find(s_[n]) == std::string_view::npos)) ++n;
    out = s_.substr(0, n);
    s_.remove_prefix(n);
    return quoted ? skip('>') : n >= 3;
  }

  /// [+-]hh[:mm[:ss]]
  bool seconds(int32_t& out) {
    const bool negative = skip('-');
    if (!negative) skip('+');
    int h = 0, m = 0, s = 0;
    if (!number(h, 0, 168)) return false;
    if (skip(':') && !number(m, 0, 59)) return false;
    if (skip(':') && !number(s, 0, 59)) return false;
    out = h * 3600 + m * 60 + s;
    if (negative) out = -out;
    return true;
  }

  bool change(Change& out) {
    if (skip('M')) {
      if (!number(out.month, 1, 12) || !skip('.') || !number(out.week, 1, 5) || !skip('.') || !number(out.day, 0, 6)) return false;
    } else if (skip('J')) {
      out.form = Change::Form::kJulian;
      if (!number(out.day, 1, 365)) return false;
    } else {
      out.form = Change::Form::kDayOfYear;
      if (!number(out.day, 0, 365)) return false;
    }
    return !skip('/') || seconds(out.time);
  }

 private:
  bool number(int& out, int low, int high) {
    size_t n = 0;
    for (out = 0; n < s_.size() && n < 4 && s_[n] >= '0' && s_[n] <= '9'; ++n) out = out * 10 + (s_[n] - '0');
    s_.remove_prefix(n);
    return n > 0 && out >= low && out <= high;
  }

  std::string_view s_;
};

/// Days since the epoch of the change in a year.
int64_t day_of(const Change& c, int64_t year) {
  const int64_t new_year = days_from_civil(year, 1, 1);
  if (c.form == Change::Form::kDayOfYear) return new_year + c.day;
  if (c.form == Change::Form::kJulian) return new_year + c.day - 1 + (is_leap(year) && c.day >= 60);
  const int64_t first = days_from_civil(year, c.month, 1);
  int64_t day = first + (c.day - weekday(first) + 7) % 7 + (c.week - 1) * 7;
  while (day >= first + days_in_month(year, c.month)) day -= 7;
  return day;
}

}  // namespace

bool apply_zone_rule(std::string_view rule, int64_t last, int64_t t, ZoneOffset& offset) {
  RuleReader reader(rule);
  std::string_view standard, summer;
  int32_t standard_offset = 0, summer_offset = 0;
  if (!reader.name(standard) || !reader.seconds(standard_offset)) return false;
  standard_offset = -standard_offset;  // POSIX counts westward
  if (reader.done()) {
    offset = {standard_offset, standard, false, last, INT64_MAX};
    return true;
  }
  Change to_summer, to_standard;
  if (!reader.name(summer)) return false;
  summer_offset = standard_offset + 3600;
  if (!reader.peek(',')) {
    if (!reader.seconds(summer_offset)) return false;
    summer_offset = -summer_offset;
  }
  if (!reader.skip(',') || !reader.change(to_summer) || !reader.skip(',') || !reader.change(to_standard) || !reader.done()) return false;

  // The changes of the year before, of this one and of the next, in order.
  struct At { int64_t time; bool summer; };
  const int64_t year = civil_from_days(floor_div(t + standard_offset, 86400)).year;
  At changes[6];
  size_t n = 0;
  for (int64_t y = year - 1; y <= year + 1; ++y) {
    changes[n++] = {day_of(to_summer, y) * 86400 + to_summer.time - standard_offset, true};
    changes[n++] = {day_of(to_standard, y) * 86400 + to_standard.time - summer_offset, false};
  }
  std::sort(changes, changes + n, [](const At& a, const At& b) { return a.time < b.time; });
  size_t i = 0;
  while (i + 1 < n && changes[i + 1].time <= t) ++i;
  const bool in_summer = changes[i].summer;
  offset = {in_summer ? summer_offset : standard_offset, in_summer ? summer : standard, in_summer, std::max(last, changes[i].time),
            i + 1 < n ? changes[i + 1].time : INT64_MAX};
  return true;
}

}  // namespace sleipnir::logql::gotemplate
