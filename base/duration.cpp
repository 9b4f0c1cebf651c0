// The durations of time.h, as Go and Prometheus read and write them.
#include <limits>
#include <optional>

#include "base/text.h"
#include "base/time.h"

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

}  // namespace sleipnir
