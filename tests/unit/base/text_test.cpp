#include <doctest/doctest.h>

#include <cmath>

#include "base/labels.h"
#include "base/matcher.h"
#include "base/number.h"
#include "base/text.h"

using namespace sleipnir;

TEST_CASE("quoting as Go does") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(go_quote(input) == want); };
  f("a\"b\\", "\"a\\\"b\\\\\""); f("\n\t\x01", "\"\\n\\t\\x01\""); f("é", "\"é\""); f("\xff", "\"\\xff\""); f("\u00a0", "\"\\u00a0\""); f("\x7f", "\"\\x7f\"");
  f("\u200b\ufeff\u00ad\u2028\u3000", "\"\\u200b\\ufeff\\u00ad\\u2028\\u3000\""); f("\ue000\U000F4240\u0378", "\"\\ue000\\U000f4240\\u0378\""); f("e\u0301日😀\u2010", "\"e\u0301日😀\u2010\"");
}

TEST_CASE("JSON strings") {
  const auto f = [](std::string_view input, bool html, std::string_view want) { std::string out; append_json_string(out, input, html); CHECK(out == want); };
  f("a<b>&", true, "\"a\\u003cb\\u003e\\u0026\""); f("a<b>&", false, "\"a<b>&\""); f("\x1b[0m\n", false, "\"\\u001b[0m\\n\""); f("x\xffy", false, "\"x\xEF\xBF\xBDy\""); f("\u2028", true, "\"\\u2028\""); f("\u2028", false, "\"\u2028\"");
}

TEST_CASE("label names of parsers") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(sanitize_label_name(input) == want); };
  f("a-b", "a_b"); f("9k", "_9k"); f("é", "_"); f("  x ", "x"); f("", ""); f("a.b.c", "a_b_c");
}

TEST_CASE("whole numbers") {
  const auto f = [](const char* input, int64_t want) { auto r = parse_go_int(input); REQUIRE_MESSAGE(r.ok(), input); CHECK(*r == want); };
  f("0", 0); f("+07", 7); f("-9223372036854775808", INT64_MIN); f("9223372036854775807", INT64_MAX);
  const auto e = [](const char* input, const char* want) { CHECK(parse_go_int(input).error().message == "strconv.ParseInt: parsing \"" + std::string(input) + "\": " + want); };
  e("", "invalid syntax"); e("-", "invalid syntax"); e("+-1", "invalid syntax"); e("1_0", "invalid syntax"); e("9223372036854775808x", "invalid syntax");
  e("9223372036854775808", "value out of range"); e("-9223372036854775809", "value out of range"); e("99999999999999999999.5", "value out of range");
}

TEST_CASE("floats") {
  const auto sample = [](double v, const std::string& want) { CHECK(format_sample(v) == want); };
  sample(1e20, "100000000000000000000"); sample(1e23, "100000000000000000000000"); sample(-9223372036854775808.0, "-9223372036854776000"); sample(9007199254740993.0, "9007199254740992");
  sample(1.5e300, "15" + std::string(299, '0')); sample(2251799813685249.5, "2251799813685249.5"); sample(1.5e-7, "0.00000015"); sample(0.1, "0.1"); sample(-0.0, "-0"); sample(HUGE_VAL, "+Inf"); sample(2, "2");
  const auto go = [](double v, const char* want) { CHECK(format_go_float(v) == want); };
  go(123456, "123456"); go(1e6, "1e+06"); go(12345678.5, "1.23456785e+07"); go(0.0001, "0.0001"); go(0.00001, "1e-05"); go(0, "0");
  const auto parse = [](const char* input, double want) { auto r = parse_go_float(input); REQUIRE_MESSAGE(r.ok(), input); CHECK(*r == want); };
  parse("1e3", 1000); parse("+5", 5); parse(".5", .5); parse("5.", 5); parse("0x1p4", 16); parse("-Inf", -HUGE_VAL); parse("1e-400", 0); parse("0x_1p4", 16); parse("1_23.50_0_0e+1_2", 1.235e14);
  for (const char* bad : {"", "abc", "1,000", " 1", "0x10", "1__0", "+-1", "_1", "--1", "e5", "."}) CHECK_MESSAGE(parse_go_float(bad).ok() == false, bad);
  CHECK(parse_go_float("1e400").error().message == "strconv.ParseFloat: parsing \"1e400\": value out of range");
}

TEST_CASE("sizes") {
  const auto f = [](const char* input, uint64_t want) { auto r = parse_bytes(input); REQUIRE_MESSAGE(r.ok(), input); CHECK(*r == want); };
  f("10KB", 10000); f("1.5 MiB", 1572864); f("1,000", 1000); f("5", 5); f("1gi", 1ull << 30);
  CHECK(parse_bytes("5 x").error().message == "unhandled size name: x");
  CHECK(parse_bytes("100EB").error().message == "too large: 100EB");
  CHECK(parse_bytes("abc").error().message == "strconv.ParseFloat: parsing \"\": invalid syntax");
  CHECK(format_bytes(10000) == "10kB"); CHECK(format_bytes(1000) == "1.0kB"); CHECK(format_bytes(7) == "7B"); CHECK(format_bytes(1500000) == "1.5MB");
}

TEST_CASE("label sets") {
  LabelSet l{{"b", "2"}, {"a", "1"}, {"b", "3"}};
  CHECK(l.to_string() == "{a=\"1\", b=\"3\"}");
  l.set("c", "x"); l.erase("a");
  CHECK(l == LabelSet{{"b", "3"}, {"c", "x"}});
  CHECK(l.hash() != LabelSet{{"b", "3c"}, {"x", ""}}.hash());
  CHECK(l.get("zz") == "");
}

TEST_CASE("matchers") {
  const auto f = [](MatchOp op, const char* pattern, const char* value, bool want) { CHECK(Matcher::make("a", op, pattern)->matches(value) == want); };
  f(MatchOp::kRegex, "a.b", "a\nb", true); f(MatchOp::kRegex, "a", "ab", false); f(MatchOp::kNotRegex, "a|b", "c", true); f(MatchOp::kEqual, "", "", true);
  CHECK(Matcher::make("a", MatchOp::kRegex, "[").error().message == "error parsing regexp: missing closing ]: `[`");
  CHECK(Matcher::make("a", MatchOp::kRegex, "a)(b").error().message == "error parsing regexp: unexpected ): `a)(b`");
}
