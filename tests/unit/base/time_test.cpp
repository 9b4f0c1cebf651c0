#include <doctest/doctest.h>

#include "base/time.h"

using namespace sleipnir;

TEST_CASE("Go durations") {
  const auto f = [](const char* input, Nanos want) { auto r = parse_go_duration(input); REQUIRE_MESSAGE(r.ok(), input); CHECK_MESSAGE(*r == want, input); };
  f("0", 0); f("1s", kSecond); f("1.5h", 90 * kMinute); f("-1m30s", -90 * kSecond); f("1us", 1000); f("1µs", 1000); f(".5s", kSecond / 2);
  f("1h15m30.918273645s", kHour + 15 * kMinute + 30918273645); f("2540400h10m10s", 2540400 * kHour + 610 * kSecond);
  const auto e = [](const char* input, const char* want) { auto r = parse_go_duration(input); REQUIRE_MESSAGE(!r.ok(), input); CHECK(r.error().message == want); };
  e("abc", "time: invalid duration \"abc\""); e("1d", "time: unknown unit \"d\" in duration \"1d\""); e("1", "time: missing unit in duration \"1\"");
  e("", "time: invalid duration \"\""); e("9999999999h", "time: invalid duration \"9999999999h\"");
  e("9223372036854775808", "time: missing unit in duration \"9223372036854775808\""); e("9223372036854775809", "time: invalid duration \"9223372036854775809\"");
  e("é\n", "time: invalid duration \"\\xc3\\xa9\\x0a\""); e("1µ\"", "time: unknown unit \"\\xc2\\xb5\\\"\" in duration \"1\\xc2\\xb5\\\"\"");
}

TEST_CASE("Prometheus durations") {
  const auto f = [](const char* input, Nanos want) { auto r = parse_prometheus_duration(input); REQUIRE_MESSAGE(r.ok(), input); CHECK_MESSAGE(*r == want, input); };
  f("5m", 5 * kMinute); f("1h30m", 90 * kMinute); f("1d", kDay); f("0s", 0); f("0", 0); f("1y2w3d4h5m6s7ms", 365 * kDay + 17 * kDay + 4 * kHour + 5 * kMinute + 6 * kSecond + 7 * kMillisecond);
  const auto e = [](const char* input, const char* want) { auto r = parse_prometheus_duration(input); REQUIRE_MESSAGE(!r.ok(), input); CHECK(r.error().message == want); };
  e("", "empty duration string"); e("5", "not a valid duration string: \"5\""); e("1.5h", "unknown unit \".\" in duration \"1.5h\"");
  e("5minutes", "unknown unit \"minutes\" in duration \"5minutes\""); e("1s1m", "not a valid duration string: \"1s1m\""); e("999999y", "duration out of range");
}

TEST_CASE("durations are written as Go and Prometheus write them") {
  const auto go = [](Nanos d, const char* want) { CHECK(format_go_duration(d) == want); };
  go(0, "0s"); go(5 * kMinute, "5m0s"); go(1000, "1µs"); go(1500, "1.5µs"); go(90 * kSecond + 500 * kMillisecond, "1m30.5s"); go(10392 * kHour, "10392h0m0s"); go(-kSecond, "-1s"); go(7, "7ns");
  const auto prometheus = [](Nanos d, const char* want) { CHECK(format_prometheus_duration(d) == want); };
  prometheus(721 * kHour, "30d1h"); prometheus(kMinute, "1m"); prometheus(0, "0s"); prometheus(14 * kDay, "2w"); prometheus(8 * kDay, "8d"); prometheus(1500 * kMillisecond, "1s500ms");
}

TEST_CASE("RFC 3339") {
  const auto f = [](const char* input, Nanos want) { auto r = parse_rfc3339(input); REQUIRE_MESSAGE(r.ok(), input); CHECK_MESSAGE(*r == want, input); };
  f("1970-01-01T00:00:00Z", 0); f("2026-03-01T00:00:00Z", 1772323200 * kSecond); f("2026-03-01T01:00:00.5+01:00", 1772323200 * kSecond + kSecond / 2); f("1969-12-31T23:59:59.999999999Z", -1);
  for (const char* bad : {"", "2026", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-03-01T00:00:00", "2026-03-01T25:00:00Z", "2026-03-01T00:00:00Zx", "9999-01-01T00:00:00Z"})
    CHECK_MESSAGE(!parse_rfc3339(bad).ok(), bad);
  CHECK(format_rfc3339(1772323200 * kSecond + 120000000, true) == "2026-03-01T00:00:00.12Z");
  CHECK(format_rfc3339(-1, false) == "1969-12-31T23:59:59Z");
}
