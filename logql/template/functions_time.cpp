#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "logql/template/civil.h"
#include "logql/template/function.h"
#include "logql/template/gotime.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr Param kS = Param::kString, kT = Param::kTime;

Value keep(Call& c, Time t) { return Value::of_time(c.arena.keep(std::move(t))); }
Time local_time(Nanos t) { return make_time(0, t, Zone::local()); }

int64_t scaled(const Time& t, int64_t per_second) {
  const auto seconds = static_cast<uint64_t>(t.seconds) * static_cast<uint64_t>(per_second);
  return static_cast<int64_t>(seconds + static_cast<uint64_t>(t.nanos / (kSecond / per_second)));
}

Value line(Call& c) { return Value::of_text(c.data.line()); }
Value timestamp(Call& c) { return keep(c, local_time(c.data.timestamp())); }
Value current(Call& c) { return keep(c, local_time(now())); }

/// Anything that is no time and no whole number of seconds stands for now.
Value date(Call& c) {
  const Value& v = c.arg(1);
  Time t = local_time(0);
  if (v.is(Kind::kTime)) {
    t = *v.time;
    t.fixed = false;
    t.zone = &Zone::local();
  } else if (v.is(Kind::kInt) && v.int_type <= IntType::kInt64) {
    t.seconds = v.integer;
  } else {
    t = local_time(now());
  }
  return c.keep(format_time(t, c.text(0)));
}

Value parsed(Call& c, std::string_view layout, std::string_view text, const Zone& zone) {
  Time t;
  return keep(c, parse_time(layout, text, zone, t) ? std::move(t) : Time{});
}

Value to_date(Call& c) { return parsed(c, c.text(0), c.text(1), Zone::local()); }

Value to_date_in_zone(Call& c) {
  const Zone* zone = Zone::load(c.text(1));
  return parsed(c, c.text(0), c.text(2), zone ? *zone : Zone::utc());
}

Value unix_epoch(Call& c) { return c.keep(std::to_string(c.time(0).seconds)); }
Value unix_epoch_millis(Call& c) { return c.keep(std::to_string(scaled(c.time(0), 1000))); }
Value unix_epoch_nanos(Call& c) { return c.keep(std::to_string(scaled(c.time(0), kSecond))); }

/// The number of characters tells the unit.
Value unix_to_time(Call& c) {
  const std::string prefix = "unable to parse time '" + std::string(c.text(0)) + "': ";
  const auto n = parse_go_int(c.text(0));
  if (!n.ok()) return c.fail(prefix + n.error().message);
  const auto at = [&](int64_t per_second) {
    const int64_t seconds = floor_div(*n, per_second);
    return keep(c, make_time(seconds, (*n - seconds * per_second) * (kSecond / per_second), Zone::local()));
  };
  switch (c.text(0).size()) {
    case 5: return keep(c, make_time(*n * 86400, 0, Zone::local()));
    case 10: return at(1);
    case 13: return at(1000);
    case 16: return at(1'000'000);
    case 19: return at(kSecond);
    default: return c.fail(prefix + "%!w(<nil>)");
  }
}

constexpr Function kFunctions[] = {
    {"__line__", {}, line}, {"__timestamp__", {}, timestamp}, {"now", {}, current},
    {"date", {kS, Param::kAny}, date}, {"toDate", {kS, kS}, to_date}, {"toDateInZone", {kS, kS, kS}, to_date_in_zone},
    {"unixEpoch", {kT}, unix_epoch}, {"unixEpochMillis", {kT}, unix_epoch_millis}, {"unixEpochNanos", {kT}, unix_epoch_nanos},
    {"unixToTime", {kS}, unix_to_time},
};

}  // namespace

FunctionTable time_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
