// What Prometheus's templates know beside Go's functions: numbers for people, host names, links.
#include <cmath>

#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "logql/template/format.h"
#include "logql/template/function.h"
#include "logql/template/gotime.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// `%.4g`
std::string short_number(double v) { return format_float(v, 'g', 4); }

/// Numbers come as the value itself or as text.
bool number(Call& c, double& out) {
  const Value& v = c.arg(0);
  switch (v.kind) {
    case Kind::kFloat: out = v.number; return true;
    case Kind::kInt: out = v.int_type == IntType::kDuration ? static_cast<double>(v.integer) / 1e9 : static_cast<double>(v.integer); return true;
    case Kind::kString:
      if (auto parsed = parse_go_float(v.text()); parsed.ok()) {
        out = *parsed;
        return true;
      } else {
        c.fail(parsed.error().message);
        return false;
      }
    default: c.fail("can't convert " + std::string(type_name(v)) + " to float"); return false;
  }
}

constexpr std::string_view kSmall[] = {"m", "u", "n", "p", "f", "a", "z", "y"};

/// Below one: the largest unit that gives a digit before the point.
std::string small_number(double v, std::string_view unit) {
  std::string_view prefix;
  for (const std::string_view p : kSmall) {
    if (std::fabs(v) >= 1) break;
    prefix = p;
    v *= 1000;
  }
  return short_number(v) + std::string(prefix) + std::string(unit);
}

std::string large_number(double v, double base, std::span<const std::string_view> prefixes) {
  std::string_view prefix;
  for (const std::string_view p : prefixes) {
    if (std::fabs(v) < base) break;
    prefix = p;
    v /= base;
  }
  return short_number(v) + std::string(prefix);
}

Value humanize(Call& c) {
  double v;
  if (!number(c, v)) return {};
  if (v == 0 || !std::isfinite(v)) return c.keep(short_number(v));
  constexpr std::string_view kLarge[] = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
  return c.keep(std::fabs(v) >= 1 ? large_number(v, 1000, kLarge) : small_number(v, ""));
}

Value humanize1024(Call& c) {
  double v;
  if (!number(c, v)) return {};
  if (std::fabs(v) <= 1 || !std::isfinite(v)) return c.keep(short_number(v));
  constexpr std::string_view kLarge[] = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};
  return c.keep(large_number(v, 1024, kLarge));
}

std::string long_duration(double v) {
  std::string out = v < 0 ? "-" : "";
  v = std::fabs(v);
  const auto seconds = v < 9e18 ? static_cast<int64_t>(v) : INT64_MAX;
  const int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (minutes == 0) return out + short_number(v) + "s";
  if (days != 0) out += std::to_string(days) + "d ";
  if (hours != 0) out += std::to_string(hours % 24) + "h ";
  return out + std::to_string(minutes % 60) + "m " + std::to_string(seconds % 60) + "s";
}

Value humanize_duration(Call& c) {
  double v;
  if (!number(c, v)) return {};
  if (!std::isfinite(v)) return c.keep(short_number(v));
  if (v == 0) return c.keep("0s");
  return c.keep(std::fabs(v) >= 1 ? long_duration(v) : small_number(v, "s"));
}

Value humanize_percentage(Call& c) {
  double v;
  return number(c, v) ? c.keep(short_number(v * 100) + "%") : Value();
}

Value humanize_timestamp(Call& c) {
  double v;
  if (!number(c, v)) return {};
  if (!std::isfinite(v) || std::fabs(v) > 9e9) return c.keep(short_number(v));
  const int64_t milliseconds = static_cast<int64_t>(v * 1e9) / kMillisecond;
  return c.keep(format_time(make_time(0, milliseconds * kMillisecond, Zone::utc()), kDefaultLayout));
}

Value to_upper_case(Call& c) { return c.keep(to_upper(c.text(0))); }
Value to_lower_case(Call& c) { return c.keep(to_lower(c.text(0))); }
Value same(Call& c) { return c.arg(0); }

std::string_view without_port(std::string_view host_port) {
  const size_t colon = host_port.rfind(':');
  if (colon == host_port.npos) return host_port;
  const std::string_view host = host_port.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
  return host.find(':') == host.npos ? host : host_port;
}

Value strip_port(Call& c) { return Value::of_text(without_port(c.text(0))); }

/// The first part of a host name, its port kept; addresses stay whole.
Value strip_domain(Call& c) {
  const std::string_view text = c.text(0), host = without_port(text);
  if (host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos) return Value::of_text(text);
  const std::string_view port = host.size() == text.size() ? std::string_view() : text.substr(host.size());
  return c.keep(std::string(host.substr(0, host.find('.'))) + std::string(port));
}

Value parse_duration(Call& c) {
  auto duration = parse_prometheus_duration(c.text(0));
  return duration.ok() ? Value::of_float(static_cast<double>(*duration) / 1e9) : c.fail(duration.error().message);
}

constexpr Param kA = Param::kAny, kS = Param::kString;
constexpr Function kFunctions[] = {
    {"humanize", {kA}, humanize}, {"humanize1024", {kA}, humanize1024}, {"humanizeDuration", {kA}, humanize_duration},
    {"humanizePercentage", {kA}, humanize_percentage}, {"humanizeTimestamp", {kA}, humanize_timestamp},
    {"toUpper", {kS}, to_upper_case}, {"toLower", {kS}, to_lower_case}, {"safeHtml", {kS}, same},
    {"stripPort", {kS}, strip_port}, {"stripDomain", {kS}, strip_domain}, {"parseDuration", {kS}, parse_duration},
};

}  // namespace

FunctionTable alert_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
