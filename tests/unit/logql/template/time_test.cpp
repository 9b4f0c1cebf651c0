#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

TEST_CASE("template: times of a row") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ __timestamp__ | date "2006-01-02T15:04:05.00Z-07:00" }})", "2026-03-13T10:01:15.00Z+00:00");
  f("{{ __timestamp__.Year }} {{ __timestamp__.Weekday }} {{ __timestamp__.Month }} {{ __timestamp__.YearDay }} {{ __timestamp__.Unix }}", "2026 Friday March 72 1773396075");
  f(R"({{ date "Jan _2 Mon 3:04PM" __timestamp__ }})", "Mar 13 Fri 10:01AM");
  f(R"({{ now | date "2006" | len }})", "4");
  f(R"({{ printf "%d %v %5d|" __timestamp__.Month __timestamp__.Month __timestamp__.Weekday }})", "3 March     5|");
}

TEST_CASE("template: layouts") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ date "2006-01-02T15:04:05Z07:00" 1700000000 }})", "2023-11-14T22:13:20Z");
  f(R"({{ date "Monday, 02-Jan-06 15:04:05 MST" 1700000000 }})", "Tuesday, 14-Nov-23 22:13:20 UTC");
  f(R"~({{ date "Jan 2, 2006 at 3:04pm (MST)" 1700000000 }})~", "Nov 14, 2023 at 10:13pm (UTC)");
  f(R"({{ date "002 __2 _2 2 1 01 06" 1700000000 }})", "318 318 14 14 11 11 23");
  f(R"({{ date ".000 .999 ,000000" 1700000000 }})", ".000  ,000000");
  f(R"({{ date "-07 -0700 -07:00 -070000 -07:00:00" 1700000000 }})", "+00 +0000 +00:00 +000000 +00:00:00");
  f(R"({{ date "Z07 Z0700 Z07:00 Z070000" 1700000000 }})", "Z Z Z Z");
  f(R"({{ date "Janet Month Mon" 1700000000 }})", "Janet Month Tue");
  f(R"({{ date "_2006" 1700000000 }})", "_2023");
  f(R"({{ date "3 03 4 04 5 05 pm PM" 1700000000 }})", "10 10 13 13 20 20 pm PM");
}

TEST_CASE("template: parsing times") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ toDate "2006-01-02" "2021-11-02" | unixEpoch }} {{ toDateInZone "2006-01-02" "Europe/Paris" "2021-11-02" | unixEpoch }})", "1635811200 1635807600");
  f(R"({{ toDate "2006" "notayear" }})", "0001-01-01 00:00:00 +0000 UTC");
  f(R"({{ toDate "02/Jan/2006:15:04:05 -0700" "13/Mar/2026:10:00:00 +0000" | unixEpoch }})", "1773396000");
  f(R"({{ toDateInZone "2006-01-02" "No/Zone" "2026-07-01" | unixEpoch }})", "1782864000");
  f(R"({{ toDateInZone "2006-01-02 15:04:05" "Europe/Paris" "2026-03-29 02:30:00" }})", "2026-03-29 03:30:00 +0200 CEST");
  f(R"({{ toDateInZone "2006-01-02 15:04:05" "Europe/Paris" "2026-10-25 02:30:00" }})", "2026-10-25 02:30:00 +0100 CET");
  f(R"({{ toDateInZone "2006-01-02 15:04" "America/New_York" "2090-07-04 10:00" }})", "2090-07-04 10:00:00 -0400 EDT");
  f(R"({{ toDateInZone "2006-01-02 15:04" "Australia/Sydney" "2090-01-04 10:00" }})", "2090-01-04 10:00:00 +1100 AEDT");
  f(R"({{ toDateInZone "2006-01-02T15:04:05Z07:00" "Asia/Kolkata" "2026-01-02T10:00:00+05:30" }})", "2026-01-02 10:00:00 +0530 IST");
  f(R"({{ toDateInZone "2006-01-02T15:04:05Z07:00" "Asia/Kolkata" "2026-01-02T10:00:00+01:00" }})", "2026-01-02 10:00:00 +0100 +0100");
  f(R"({{ toDateInZone "2006-01-02T15:04:05Z07:00" "" "2026-01-02T10:00:00.25Z" }})", "2026-01-02 10:00:00.25 +0000 UTC");
  f(R"({{ toDateInZone "Mon Jan _2 15:04:05 MST 2006" "Europe/Paris" "Fri Mar 13 10:00:00 CET 2026" }})", "2026-03-13 10:00:00 +0100 CET");
  f(R"({{ toDateInZone "Mon Jan _2 15:04:05 MST 2006" "Europe/Paris" "Fri Mar 13 10:00:00 ABC 2026" }})", "2026-03-13 10:00:00 +0000 ABC");
  f(R"({{ toDateInZone "Mon Jan _2 15:04:05 MST 2006" "UTC" "Fri Mar 13 10:00:00 GMT+3 2026" }})", "2026-03-13 13:00:00 +0300 GMT+3");
  f(R"({{ toDateInZone "2006-002" "UTC" "2024-366" }})", "2024-12-31 00:00:00 +0000 UTC");
  f(R"({{ toDateInZone "2006-002" "UTC" "2023-366" }})", "0001-01-01 00:00:00 +0000 UTC");
  f(R"({{ toDateInZone "2006-01-02" "UTC" "2023-02-29" }})", "0001-01-01 00:00:00 +0000 UTC");
  f(R"({{ toDateInZone "3:04PM" "UTC" "12:04AM" }})", "0000-01-01 00:04:00 +0000 UTC");
  f(R"({{ toDateInZone "2006-01-02" "../etc/passwd" "2026-01-01" }})", "2026-01-01 00:00:00 +0000 UTC");
}

TEST_CASE("template: unix times") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ unixToTime "19373" }}|{{ unixToTime "1679577215" }}|{{ unixToTime "1679577215123" }})", "2023-01-16 00:00:00 +0000 UTC|2023-03-23 13:13:35 +0000 UTC|2023-03-23 13:13:35.123 +0000 UTC");
  f(R"({{ unixToTime "1679577215123456" | unixEpochMillis }} {{ unixToTime "1679577215999888777" | unixEpochNanos }})", "1679577215123 1679577215999888777");
  f(R"({{ unixToTime "abc" }})", R"(template: line:1:3: executing "line" at <unixToTime "abc">: error calling unixToTime: unable to parse time 'abc': strconv.ParseInt: parsing "abc": invalid syntax)");
  f(R"({{ unixToTime "123" }})", R"(template: line:1:3: executing "line" at <unixToTime "123">: error calling unixToTime: unable to parse time '123': %!w(<nil>))");
  f(R"({{ unixToTime "" }})", R"(template: line:1:3: executing "line" at <unixToTime "">: error calling unixToTime: unable to parse time '': strconv.ParseInt: parsing "": invalid syntax)");
}

TEST_CASE("template: methods of times") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ ((unixToTime "1700000100").Sub (unixToTime "1700000000")).Seconds }})", "100");
  f(R"({{ (unixToTime "1700000100").Sub (unixToTime "1700000000") }})", "1m40s");
  f(R"({{ (__timestamp__.AddDate 0 1 20).Format "2006-01-02" }})", "2026-05-03");
  f("{{ __timestamp__.Truncate 60000000000 }}|{{ __timestamp__.Add 1000000000 }}", "2026-03-13 10:01:00 +0000 UTC|2026-03-13 10:01:16.000000075 +0000 UTC");
  f("{{ __timestamp__.Before now }}{{ __timestamp__.IsZero }}", "truefalse");
}
