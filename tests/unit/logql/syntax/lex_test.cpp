#include <doctest/doctest.h>

#include "logql/syntax/lexer.h"
#include "logql/syntax/string_literal.h"

using namespace sleipnir;
using namespace sleipnir::logql;

namespace {

/// Kinds by name, separated by blanks, the end left out.
std::string kinds_of(std::string_view query) {
  std::string out;
  for (const Token& t : lex(query)) {
    if (t.kind == Tok::kEnd) break;
    if (!out.empty()) out += ' ';
    out += t.kind == Tok::kBad ? "<" + t.text + ">" : std::string(name_of(t.kind));
  }
  return out;
}

}  // namespace

TEST_CASE("tokens") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(kinds_of(query) == want);
  };
  f(" \t\r\n", "");
  f("# all\n{ // c\n} /* x\ny */ (", "{ } (");
  f("{#}", "{");
  f(R"("#" "/*")", "STRING STRING");
  f("\xEF\xBB\xBF{", "{");
  f("| = |= || |~|>!>!=!~==>=<=<>", "| = |= | | |~ |> !> != !~ == >= <= < >");
  f("=== !", "== = IDENTIFIER");
  f("+ - * / % ^ , . ]", "+ - * / % ^ , . ]");
  f("é _a1 a.b a-b", "IDENTIFIER IDENTIFIER IDENTIFIER . IDENTIFIER IDENTIFIER - IDENTIFIER");
  f("SUM BY LogFmt oFFset", "IDENTIFIER by logfmt offset");
  f("sum( sum ( sum by( sum WITHOUT\n( sum by x(", "SUM ( SUM ( SUM by ( SUM without ( IDENTIFIER by IDENTIFIER (");
  f("rate = ip", "IDENTIFIER = IDENTIFIER");
  f("bytes(x) ip(1)", "BYTES_CONV ( IDENTIFIER ) ip ( NUMBER )");
  f("sum /*c*/ (", "IDENTIFIER (");
  f("$ @ 'x'", "IDENTIFIER IDENTIFIER IDENTIFIER");
  f("--strict --keep-empty --other", "FUNCTION_FLAG FUNCTION_FLAG - - IDENTIFIER");
  f("--strict| --strict5 --STRICT", "FUNCTION_FLAG | FUNCTION_FLAG NUMBER - - IDENTIFIER");
  f("[5m][1h30m] [0]", "RANGE RANGE RANGE");
}

TEST_CASE("numbers, durations and sizes") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(kinds_of(query) == want);
  };
  f("1 1.5 .5 5. 1e6 1E-3 1_000 0x10 0b11 010", "NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER");
  f("1..2", "NUMBER NUMBER");
  f("1d2h 1.5h 1h15m30.918273645s 1us 1µs 5ns -5m 1y", "DURATION DURATION DURATION DURATION DURATION DURATION DURATION DURATION");
  f("1.5d", "NUMBER IDENTIFIER");
  f("- 5m", "- DURATION");
  f("-5", "- NUMBER");
  f("-0", "DURATION");
  f("1d2x", "NUMBER IDENTIFIER");
  f("5B 5kB 5KiB 5K 5M 1.5MiB 1GB", "BYTES BYTES BYTES BYTES BYTES BYTES BYTES");
  f("10kb", "BYTES IDENTIFIER");
  f("5KQ", "BYTES IDENTIFIER");
  f("1EB", "<exponent has no digits>");
  f("5PB", "<'P' exponent requires hexadecimal mantissa>");
  f("1e", "<exponent has no digits>");
  f("08", "<invalid digit '8' in octal literal>");
  f("0o9", "<invalid digit '9' in octal literal>");
  f("0b12", "<invalid digit '2' in binary literal>");
  f("0x", "<hexadecimal literal has no digits>");
  f("0x1.5", "<hexadecimal mantissa requires a 'p' exponent>");
  f("0b1.0", "<invalid radix point in binary literal>");
  f("1_", "<'_' must separate successive digits>");
  f("1__0", "<'_' must separate successive digits>");
  f("1_.5", "<'_' must separate successive digits>");
  f("5._1", "<'_' must separate successive digits>");
  f("0x_1 0_1", "NUMBER NUMBER");
  f("09.5", "NUMBER");
}

TEST_CASE("values of durations and sizes") {
  auto duration = [](std::string_view query, Nanos want) {
    CAPTURE(query);
    CHECK(lex(query)[0].duration == want);
  };
  duration("1d", kDay);
  duration("1w", 7 * kDay);
  duration("90m", 90 * kMinute);
  duration("1.5s", 1500 * kMillisecond);
  duration("-5m", -5 * kMinute);
  duration("[1h30m]", 90 * kMinute);
  CHECK(lex("5kB")[0].bytes == 5000);
  CHECK(lex("5KiB")[0].bytes == 5120);
}

TEST_CASE("strings") {
  auto value = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    REQUIRE(lex(query)[0].kind == Tok::kString);
    CHECK(lex(query)[0].text == want);
  };
  value(R"("\x66oo\060\u00e9\U0001F600")", "foo0é😀");
  value(R"("\a\b\f\n\r\t\v\\\"")", "\a\b\f\n\r\t\v\\\"");
  value("`a\\n\"\r\nb`", "a\\n\"\nb");

  auto bad = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(lex(query).back().kind == Tok::kBad);
    CHECK(lex(query).back().text == want);
  };
  bad(R"("\q")", "invalid char escape");
  bad(R"("\'")", "invalid char escape");
  bad(R"("\x6")", "invalid char escape");
  bad("\"a\nb\"", "literal not terminated");
  bad("\"a", "literal not terminated");
  bad("`a", "literal not terminated");
  bad("'a", "literal not terminated");
  bad("'ab'", "invalid char literal");
  bad("''", "invalid char literal");
  bad(R"("\xff")", "invalid UTF-8 rune");
  bad("\"\xff\"", "invalid UTF-8 encoding");
  bad("/* x", "comment not terminated");
  bad(std::string_view("\0", 1), "invalid character NUL");
}

TEST_CASE("ranges that are no durations") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(lex(query).back().text == want);
    CHECK(lex(query).back().line == 0);
  };
  f("[]", "empty duration string");
  f("[5]", R"(not a valid duration string: "5")");
  f("[ 5m ]", R"(not a valid duration string: " 5m ")");
  f("[1.5h]", R"(unknown unit "." in duration "1.5h")");
  f("[5minutes]", R"(unknown unit "minutes" in duration "5minutes")");
  f("[5m:1m]", R"(unknown unit "m:" in duration "5m:1m")");
  f("[5m", "missing closing ']' in duration");
  f("[99999999999999y]", "duration out of range");
}

TEST_CASE("places") {
  auto f = [](std::string_view query, size_t token, uint32_t line, uint32_t col) {
    CAPTURE(query);
    CHECK(lex(query)[token].line == line);
    CHECK(lex(query)[token].col == col);
  };
  f("", 0, 0, 0);
  f("  ", 0, 1, 3);
  f("a\n", 1, 2, 1);
  f("a\n  b", 1, 2, 3);
  f("é b", 1, 1, 3);
  f("a |= b", 1, 0, 3);
  f("a | b", 1, 1, 3);
  f("a 5m", 1, 0, 3);
  f("a 5kB", 1, 0, 3);
  f("a --strict", 1, 0, 3);
  f("a [5m]", 1, 0, 3);
  f("a # c\n b", 1, 2, 2);
}
