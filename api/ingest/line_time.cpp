#include "api/ingest/line_time.h"

#include <charconv>
#include <string>

namespace sleipnir::api {
namespace {

constexpr size_t kLongest = 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// 10^11 seconds are the year 5138, 10^11 milliseconds 1973; and so on for the smaller units.
Nanos unit_of(uint64_t number) {
  constexpr uint64_t kMost = 100'000'000'000;
  if (number < kMost) return kSecond;
  if (number < kMost * 1000) return kMillisecond;
  return number < kMost * 1000 * 1000 ? kMicrosecond : 1;
}

/// `.482`, in billionths of `unit`.
std::optional<Nanos> parse_fraction(std::string_view text, Nanos unit) {
  Nanos value = 0;
  for (Nanos weight = unit / 10; !text.empty(); weight /= 10) {
    if (!is_digit(text.front())) return {};
    value += (text.front() - '0') * weight;
    text.remove_prefix(1);
  }
  return value;
}

std::optional<Nanos> parse_unix(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view rest = text.substr(end - text.data());
  if (error != std::errc() || (!rest.empty() && (rest.size() == 1 || rest.front() != '.'))) return {};
  const Nanos unit = unit_of(number);
  Nanos time;
  if (number > INT64_MAX || __builtin_mul_overflow(static_cast<Nanos>(number), unit, &time)) return {};
  if (rest.empty()) return time;
  const auto fraction = parse_fraction(rest.substr(1), unit);
  if (!fraction || __builtin_add_overflow(time, *fraction, &time)) return {};
  return time;
}

/// Brings what loggers write into RFC 3339's form.
std::optional<Nanos> parse_calendar(std::string text) {
  constexpr size_t kDate = 10, kSeconds = 19;
  if (text.size() < kSeconds) return {};
  if (text[kDate] == ' ' || text[kDate] == 't') text[kDate] = 'T';
  if (text.size() > kSeconds && text[kSeconds] == ',') text[kSeconds] = '.';
  if (text.ends_with(" UTC")) text.replace(text.size() - 4, 4, "Z");
  if (text.back() == 'z') text.back() = 'Z';
  const size_t sign = text.find_first_of("+-", kSeconds);
  if (sign == text.npos) {
    if (text.back() != 'Z') text += 'Z';
  } else if (text.size() - sign == 5) {
    text.insert(sign + 3, ":");
  } else if (text.size() - sign == 3) {
    text += ":00";
  }
  const auto time = parse_rfc3339(text);
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace

std::optional<Nanos> parse_line_time(std::string_view text) {
  if (text.empty() || text.size() > kLongest || !is_digit(text.front())) return {};
  return text.size() > 4 && text[4] == '-' ? parse_calendar(std::string(text)) : parse_unix(text);
}

}  // namespace sleipnir::api
