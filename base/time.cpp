#include "base/time.h"

#include <chrono>
#include <cstdio>
#include <limits>
#include <optional>

#include "base/text.h"

namespace sleipnir {
namespace {

constexpr uint64_t kMaxNanos = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
constexpr uint64_t kBound = kMaxNanos + 1;  // of what Go reads; a negative duration can be that long

bool digit(char c) { return c >= '0' && c <= '9'; }

std::optional<uint64_t> go_unit(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "µs" || unit == "μs") return kMicrosecond;
  if (unit == "ms") return kMillisecond;
  if (unit == "s") return kSecond;
  if (unit == "m") return kMinute;
  if (unit == "h") return kHour;
  return std::nullopt;
}

/// Package time's own quoting: whatever is not ASCII byte by byte.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x80) {
      constexpr char kHex[] = "0123456789abcdef";
      out.append("\\x").append({kHex[byte >> 4], kHex[byte & 15]});
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

Error invalid_duration(std::string_view text) { return invalid("time: invalid duration " + quoted(text)); }

struct Number { uint64_t whole = 0, fraction = 0; double scale = 1; bool any = false; bool overflow = false; };

/// digits [ "." digits ], as Go reads it: fraction digits beyond what fits are ignored.
Number read_number(std::string_view& s) {
  Number n;
  while (!s.empty() && digit(s[0])) {
    n.overflow |= n.whole > kBound / 10;
    n.whole = n.whole * 10 + static_cast<uint64_t>(s[0] - '0');
    n.overflow |= n.whole > kBound;
    n.any = true;
    s.remove_prefix(1);
  }
  if (s.empty() || s[0] != '.') return n;
  s.remove_prefix(1);
  bool full = false;
  while (!s.empty() && digit(s[0])) {
    n.any = true;
    if (!full && n.fraction <= (kMaxNanos - 9) / 10) {
      n.fraction = n.fraction * 10 + static_cast<uint64_t>(s[0] - '0');
      n.scale *= 10;
    } else {
      full = true;
    }
    s.remove_prefix(1);
  }
  return n;
}

}  // namespace

Nanos now() { return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

Result<Nanos> parse_go_duration(std::string_view text) {
  std::string_view s = text;
  const bool negative = s.starts_with('-');
  if (negative || s.starts_with('+')) s.remove_prefix(1);
  if (s == "0") return Nanos{0};
  if (s.empty()) return invalid_duration(text);
  uint64_t total = 0;
  while (!s.empty()) {
    if (s[0] != '.' && !digit(s[0])) return invalid_duration(text);
    const Number n = read_number(s);
    if (!n.any || n.overflow) return invalid_duration(text);
    size_t length = 0;
    while (length < s.size() && s[length] != '.' && !digit(s[length])) ++length;
    if (length == 0) return invalid("time: missing unit in duration " + quoted(text));
    const std::string_view unit = s.substr(0, length);
    s.remove_prefix(length);
    const auto factor = go_unit(unit);
    if (!factor) return invalid("time: unknown unit " + quoted(unit) + " in duration " + quoted(text));
    if (n.whole > kBound / *factor) return invalid_duration(text);
    uint64_t v = n.whole * *factor;
    if (n.fraction > 0) v += static_cast<uint64_t>(static_cast<double>(n.fraction) * (static_cast<double>(*factor) / n.scale));
    total += v;
    if (v > kBound || total > kBound) return invalid_duration(text);
  }
  if (negative) return static_cast<Nanos>(-total);
  if (total > kMaxNanos) return invalid_duration(text);
  return static_cast<Nanos>(total);
}

Result<Nanos> parse_prometheus_duration(std::string_view text) {
  struct Unit { std::string_view name; int position; uint64_t factor; };
  static constexpr Unit kUnits[] = {{"ms", 7, kMillisecond}, {"s", 6, kSecond}, {"m", 5, kMinute}, {"h", 4, kHour}, {"d", 3, kDay}, {"w", 2, 7 * kDay}, {"y", 1, 365 * kDay}};
  if (text == "0") return Nanos{0};
  if (text.empty()) return invalid("empty duration string");
  const auto not_valid = [&] { return invalid("not a valid duration string: " + go_quote(text)); };
  std::string_view s = text;
  uint64_t total = 0;
  int last_position = 0;
  while (!s.empty()) {
    if (!digit(s[0])) return not_valid();
    uint64_t value = 0;
    while (!s.empty() && digit(s[0])) {
      if (value > (kMaxNanos - 9) / 10) return invalid("duration out of range");
      value = value * 10 + static_cast<uint64_t>(s[0] - '0');
      s.remove_prefix(1);
    }
    size_t length = 0;
    while (length < s.size() && !digit(s[length])) ++length;
    if (length == 0) return not_valid();
    const std::string_view name = s.substr(0, length);
    s.remove_prefix(length);
    const Unit* unit = nullptr;
    for (const Unit& u : kUnits)
      if (u.name == name) unit = &u;
    if (!unit) return invalid("unknown unit " + go_quote(name) + " in duration " + go_quote(text));
    if (unit->position <= last_position) return not_valid();
    last_position = unit->position;
    if (value > kMaxNanos / unit->factor || total + value * unit->factor > kMaxNanos) return invalid("duration out of range");
    total += value * unit->factor;
  }
  return static_cast<Nanos>(total);
}

std::string format_go_duration(Nanos d) {
  if (d == 0) return "0s";
  uint64_t u = d < 0 ? 0 - static_cast<uint64_t>(d) : static_cast<uint64_t>(d);
  // value / 10^digits without trailing zeros
  const auto decimal = [](uint64_t value, uint64_t unit) {
    std::string out = std::to_string(value / unit);
    uint64_t fraction = value % unit;
    if (!fraction) return out;
    std::string digits;
    for (uint64_t scale = unit / 10; fraction; scale /= 10) {
      digits += static_cast<char>('0' + fraction / scale);
      fraction %= scale;
    }
    return out + "." + digits;
  };
  std::string out = d < 0 ? "-" : "";
  if (u < kMicrosecond) return out + std::to_string(u) + "ns";
  if (u < kMillisecond) return out + decimal(u, kMicrosecond) + "µs";
  if (u < kSecond) return out + decimal(u, kMillisecond) + "ms";
  const uint64_t hours = u / kHour, minutes = u % kHour / kMinute;
  if (hours) out += std::to_string(hours) + "h";
  if (hours || minutes) out += std::to_string(minutes) + "m";
  return out + decimal(u % kMinute, kSecond) + "s";
}

std::string format_prometheus_duration(Nanos d) {
  int64_t ms = d / kMillisecond;
  if (ms == 0) return "0s";
  std::string out = ms < 0 ? "-" : "";
  if (ms < 0) ms = -ms;
  const auto unit = [&](const char* name, int64_t factor, bool exact) {
    if (exact && ms % factor != 0) return;
    if (const int64_t v = ms / factor; v > 0) {
      out += std::to_string(v) + name;
      ms -= v * factor;
    }
  };
  unit("y", 365LL * 24 * 3600 * 1000, true);
  unit("w", 7LL * 24 * 3600 * 1000, true);
  unit("d", 24LL * 3600 * 1000, false);
  unit("h", 3600 * 1000, false);
  unit("m", 60 * 1000, false);
  unit("s", 1000, false);
  unit("ms", 1, false);
  return out;
}

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
