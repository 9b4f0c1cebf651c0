#include "api/http/parameters.h"

#include <doctest/doctest.h>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

constexpr Nanos kNow = 1773144000 * kSecond;

std::string outcome(const Result<Nanos>& r) { return r ? std::to_string(*r) : r.error().message; }

Request request(Pairs params) {
  Request r;
  r.params = std::move(params);
  return r;
}

}  // namespace

TEST_CASE("timestamps") {
  const auto f = [](std::string_view text, std::string_view want) { CHECK(outcome(parse_timestamp(text, 7)) == want); };
  f("", "7");
  f("1773136800", "1773136800000000000");
  f("9999999999", "9223372036854775807");
  f("9999-12-31T23:59:59Z", "9223372036854775807");
  f("0001-01-01T00:00:00Z", "-9223372036854775808");
  f("17731368000", "17731368000");
  f("1773136800000000001", "1773136800000000001");
  f("-5", "-5000000000");
  f("1773136860.5", "1773136860500000000");
  f("1773136860.1239", "1773136860124000000");
  f("1e300.", "strconv.ParseInt: parsing \"1e300.\": invalid syntax");
  f("2026-03-10T12:00:00+02:00", "1773136800000000000");
  f("2026-03-10T10:30:00.123456789Z", "1773138600123456789");
  f("xyz", "strconv.ParseInt: parsing \"xyz\": invalid syntax");
  f("2026-03-10 10:00:00", "strconv.ParseInt: parsing \"2026-03-10 10:00:00\": invalid syntax");
  f("99999999999999999999", "strconv.ParseInt: parsing \"99999999999999999999\": value out of range");
}

TEST_CASE("steps") {
  const auto f = [](std::string_view text, std::string_view want) { CHECK(outcome(parse_step(text, 7)) == want); };
  f("", "7");
  f("10", "10000000000");
  f("0.5", "500000000");
  f("1m30s", "90000000000");
  f("15000ms", "15000000000");
  f("1d", "86400000000000");
  f("abc", "cannot parse \"abc\" to a valid duration");
  f("-5s", "cannot parse \"-5s\" to a valid duration");
  f("1e300", "cannot parse \"1e300\" to a valid duration. It overflows int64");
}

TEST_CASE("limits") {
  const auto f = [](std::string_view text, std::string_view want) {
    const auto r = parse_limit(text, 7);
    CHECK((r ? std::to_string(*r) : r.error().message) == want);
  };
  f("", "7");
  f("1", "1");
  f("4294967295", "4294967295");
  f("0", "limit must be a positive value");
  f("-1", "limit must be a positive value");
  f("1.5", "strconv.Atoi: parsing \"1.5\": invalid syntax");
  f("4294967296", "limit value 4294967296 is out of range [0, 4294967295]");
  f("99999999999999999999", "strconv.Atoi: parsing \"99999999999999999999\": value out of range");
}

TEST_CASE("time range: end, then start from since") {
  const auto f = [](Pairs params, Nanos start, Nanos end) {
    const auto r = read_time_range(request(std::move(params)), kNow);
    REQUIRE(r.ok());
    CHECK(r->start == start);
    CHECK(r->end == end);
  };
  f({}, kNow - kHour, kNow);
  f({{"since", "2h"}}, kNow - 2 * kHour, kNow);
  f({{"end", "1773143000"}}, 1773143000 * kSecond - kHour, 1773143000 * kSecond);
  f({{"end", "1773150000"}}, kNow - kHour, 1773150000 * kSecond);
  f({{"start", "1773143000"}, {"since", "5m"}}, 1773143000 * kSecond, kNow);
}

TEST_CASE("range parameters are refused in order") {
  const auto f = [](Pairs params, std::string_view want) {
    const auto r = read_range_parameters(request(std::move(params)), kNow);
    CHECK((r ? "" : r.error().message) == want);
  };
  f({}, "");
  f({{"since", "bad"}, {"end", "x"}}, "could not parse 'since' parameter: not a valid duration string: \"bad\"");
  f({{"end", "x"}, {"start", "y"}}, "could not parse 'end' parameter: strconv.ParseInt: parsing \"x\": invalid syntax");
  f({{"start", "5"}, {"end", "4"}, {"limit", "x"}}, "end timestamp must not be before or equal to start time");
  f({{"start", "5"}, {"end", "5"}}, "");
  f({{"limit", "0"}, {"direction", "up"}}, "limit must be a positive value");
  f({{"direction", "up"}, {"step", "x"}}, "invalid direction 'up'");
  f({{"direction", "FORWARD"}}, "");
  f({{"step", "0"}, {"interval", "x"}}, "zero or negative query resolution step widths are not accepted. Try a positive integer");
  f({{"step", "0.1"}}, "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter");
  f({{"interval", "-1"}}, "interval must be >= 0");
}

TEST_CASE("default step") {
  const auto f = [](Nanos length, Nanos want) { CHECK(default_step({0, length}) == want); };
  f(0, kSecond);
  f(499 * kSecond, kSecond);
  f(500 * kSecond, 2 * kSecond);
  f(7200 * kSecond, 28 * kSecond);
}

TEST_CASE("alignment widens to multiples of the step") {
  const auto f = [](TimeRange in, Nanos step, Nanos start, Nanos end) {
    const TimeRange out = align(in, step);
    CHECK(out.start == start);
    CHECK(out.end == end);
  };
  f({529 * kSecond, 556 * kSecond}, 10 * kSecond, 520 * kSecond, 560 * kSecond);
  f({520 * kSecond, 560 * kSecond}, 10 * kSecond, 520 * kSecond, 560 * kSecond);
  f({-5 * kSecond, 5 * kSecond}, 10 * kSecond, -10 * kSecond, 10 * kSecond);
  f({1, 2}, 1500 * kMicrosecond, 0, kMillisecond);
  f({0, INT64_MAX}, kHour, 0, INT64_MAX - INT64_MAX % kHour);
}
