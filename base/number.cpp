#include "base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "base/text.h"

namespace sleipnir {
namespace {

bool equals_fold(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if ((a[i] | 0x20) != lower[i]) return false;
  return true;
}

Error number_error(std::string_view function, std::string_view text, std::string_view what) {
  return invalid("strconv." + std::string(function) + ": parsing " + go_quote(text) + ": " + std::string(what));
}

/// From here on not every whole number is one of its own, and the fixed form of to_chars writes more digits than tell it from its neighbours.
constexpr double kExactWhole = 9007199254740992;  // 2^53

/// The digits of the scientific form, then zeros.
void append_large(std::string& out, double v) {
  char buffer[32];
  const auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::scientific);
  (void)ec;
  std::string digits(buffer, static_cast<size_t>(std::find(buffer, end, 'e') - buffer));
  *end = '\0';
  const auto whole = static_cast<size_t>(std::atoi(buffer + digits.size() + 1)) + 1;
  std::erase(digits, '.');
  digits.resize(whole + (v < 0), '0');
  out += digits;
}

/// Takes out underscores; false unless each stands between two digits (after a base prefix one may lead).
bool strip_underscores(std::string_view s, bool hex, std::string& out) {
  const auto is_digit = [&](char c) { return (c >= '0' && c <= '9') || (hex && std::isxdigit(static_cast<unsigned char>(c))); };
  for (size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '_') out += s[i];
    else if ((i == 0 ? !hex : !is_digit(s[i - 1])) || i + 1 >= s.size() || !is_digit(s[i + 1])) return false;
  }
  return true;
}

Result<double> parse_hex_float(std::string_view text, std::string_view digits, bool negative) {
  std::string plain;
  // A mantissa needs a binary exponent.
  if (!strip_underscores(digits, true, plain) || plain.find_first_of("pP") == std::string::npos) return number_error("ParseFloat", text, "invalid syntax");
  double v = 0;
  auto [end, ec] = std::from_chars(plain.data(), plain.data() + plain.size(), v, std::chars_format::hex);
  if (ec == std::errc::invalid_argument || end != plain.data() + plain.size() || plain[0] == '-') return number_error("ParseFloat", text, "invalid syntax");
  if (ec == std::errc::result_out_of_range) {
    v = std::strtod(("0x" + plain).c_str(), nullptr);
    if (std::isinf(v)) return number_error("ParseFloat", text, "value out of range");
  }
  return negative ? -v : v;
}

}  // namespace

Result<double> parse_go_float(std::string_view text) {
  std::string_view s = text;
  bool negative = false;
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) {
    negative = s[0] == '-';
    s.remove_prefix(1);
  }
  if (equals_fold(s, "inf") || equals_fold(s, "infinity")) return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  if (equals_fold(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  if (s.size() > 2 && s[0] == '0' && (s[1] | 0x20) == 'x') return parse_hex_float(text, s.substr(2), negative);
  // from_chars takes "inf", "nan" and a sign by itself: the first byte must be a digit or a point.
  if (s.empty() || !((s[0] >= '0' && s[0] <= '9') || s[0] == '.')) return number_error("ParseFloat", text, "invalid syntax");
  std::string plain;
  if (s.find('_') != std::string_view::npos) {
    if (!strip_underscores(s, false, plain)) return number_error("ParseFloat", text, "invalid syntax");
    s = plain;
  }
  double v = 0;
  auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (ec == std::errc::invalid_argument || end != s.data() + s.size()) return number_error("ParseFloat", text, "invalid syntax");
  if (ec == std::errc::result_out_of_range) {
    v = std::strtod(std::string(s).c_str(), nullptr);
    if (std::isinf(v)) return number_error("ParseFloat", text, "value out of range");
  }
  return negative ? -v : v;
}

Result<int64_t> parse_go_int(std::string_view text) {
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty()) return number_error("ParseInt", text, "invalid syntax");
  uint64_t n = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return number_error("ParseInt", text, "invalid syntax");
    // What no 64 bits hold is out of range whatever follows.
    if (__builtin_mul_overflow(n, uint64_t{10}, &n) || __builtin_add_overflow(n, static_cast<uint64_t>(c - '0'), &n)) return number_error("ParseInt", text, "value out of range");
  }
  if (n > static_cast<uint64_t>(INT64_MAX) + negative) return number_error("ParseInt", text, "value out of range");
  return static_cast<int64_t>(negative ? 0 - n : n);
}

void append_sample(std::string& out, double v) {
  if (std::isnan(v)) { out += "NaN"; return; }
  if (std::isinf(v)) { out += v > 0 ? "+Inf" : "-Inf"; return; }
  if (std::fabs(v) >= kExactWhole) return append_large(out, v);
  char buffer[400];
  auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::fixed);
  (void)ec;
  out.append(buffer, end);
}

std::string format_sample(double v) {
  std::string out;
  append_sample(out, v);
  return out;
}

std::string format_go_float(double v, bool json) {
  if (!std::isfinite(v)) return format_sample(v);
  char buffer[64];
  auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::scientific);
  (void)ec;
  std::string_view s(buffer, end - buffer);
  const size_t e = s.find('e');
  *end = '\0';
  const int exponent = std::atoi(s.data() + e + 1);
  if (v != 0 && (exponent < -4 || exponent >= (json ? 21 : 6))) return std::string(s);
  return format_sample(v);
}

Result<uint64_t> parse_bytes(std::string_view text) {
  size_t digits = 0;
  bool comma = false;
  while (digits < text.size() && ((text[digits] >= '0' && text[digits] <= '9') || text[digits] == '.' || text[digits] == ',')) comma |= text[digits++] == ',';
  std::string number(text.substr(0, digits));
  if (comma) std::erase(number, ',');
  auto value = parse_go_float(number);
  if (!value) return value.error();
  std::string unit = to_lower(trim_space(text.substr(digits)));
  static constexpr std::array<std::pair<std::string_view, std::pair<double, int>>, 26> kUnits = {{
      {"", {1, 0}}, {"b", {1, 0}}, {"kib", {1024, 1}}, {"kb", {1000, 1}}, {"mib", {1024, 2}}, {"mb", {1000, 2}}, {"gib", {1024, 3}}, {"gb", {1000, 3}},
      {"tib", {1024, 4}}, {"tb", {1000, 4}}, {"pib", {1024, 5}}, {"pb", {1000, 5}}, {"eib", {1024, 6}}, {"eb", {1000, 6}},
      {"ki", {1024, 1}}, {"k", {1000, 1}}, {"mi", {1024, 2}}, {"m", {1000, 2}}, {"gi", {1024, 3}}, {"g", {1000, 3}},
      {"ti", {1024, 4}}, {"t", {1000, 4}}, {"pi", {1024, 5}}, {"p", {1000, 5}}, {"ei", {1024, 6}}, {"e", {1000, 6}}}};
  for (const auto& [name, factor] : kUnits) {
    if (name != unit) continue;
    double v = *value * std::pow(factor.first, factor.second);
    if (v >= 18446744073709551615.0) return invalid("too large: " + std::string(text));
    return static_cast<uint64_t>(v);
  }
  return invalid("unhandled size name: " + unit);
}

std::string format_bytes(uint64_t n) {
  static constexpr std::string_view kSuffix[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  if (n < 10) return std::to_string(n) + "B";
  const int e = std::min(6, static_cast<int>(std::floor(std::log(static_cast<double>(n)) / std::log(1000.0))));
  const double v = std::floor(static_cast<double>(n) / std::pow(1000.0, e) * 10 + 0.5) / 10;
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, v < 10 ? "%.1f" : "%.0f", v);
  return buffer + std::string(kSuffix[e]);
}

}  // namespace sleipnir
