#include <doctest/doctest.h>

#include "base/regex.h"
#include "base/regex_syntax.h"

using namespace sleipnir;

TEST_CASE("Go's named groups for RE2") {
  const auto f = [](std::string_view input, std::string_view want) {
    const RegexSyntax s = RegexSyntax::read(input);
    CHECK(s.refusal == "");
    CHECK(s.re2 == want);
  };
  f("(?<a>x)(?P<b_1>y)(z)", "(?P<a>x)(?P<b_1>y)(z)");
  f("[(?<a>]", "[(?<a>]"); f("\\(?<a>", "\\(?<a>"); f("\\Q(?<a>\\E(?<b>.)", "\\Q(?<a>\\E(?P<b>.)"); f("[[:alpha:](?<a>]", "[[:alpha:](?<a>]");
  f("[](?<a>]", "[](?<a>]"); f("(?i-s:a)(?m)b{2,3}{,4}", "(?i-s:a)(?m)b{2,3}{,4}"); f("\\x{41}\\p{Greek}", "\\x{41}\\p{Greek}");
}

TEST_CASE("what Go refuses, in its words and its order") {
  const auto f = [](std::string_view input, std::string_view want) {
    const auto r = Regex::compile(input);
    REQUIRE_MESSAGE(!r.ok(), input);
    CHECK(r.error().message == "error parsing regexp: " + std::string(want));
  };
  f("(?<=x)y", "invalid named capture: `(?<=x)y`"); f("(?<!x)", "invalid named capture: `(?<!x)`"); f("(?<>x)", "invalid named capture: `(?<>`");
  f("(?P<a", "invalid named capture: `(?P<a`"); f("(?P<é>x)", "invalid named capture: `(?P<é>`"); f("(?P<a-b>x)", "invalid named capture: `(?P<a-b>`");
  f("(?=x)", "invalid or unsupported Perl syntax: `(?=`"); f("(?!x)", "invalid or unsupported Perl syntax: `(?!`"); f("(?", "invalid or unsupported Perl syntax: `(?`");
  f("(?i-)x", "invalid or unsupported Perl syntax: `(?i-)`"); f("(?i--s)", "invalid or unsupported Perl syntax: `(?i--`"); f("(?é)", "invalid or unsupported Perl syntax: `(?é`");
  f("a\\", "trailing backslash at end of expression: ``"); f("\\C", "invalid escape sequence: `\\C`"); f("[\\x{12", "invalid escape sequence: `\\x{12`");
  f("a{100000000000}", "invalid repeat count: `{100000000000}`"); f("a{1001}", "invalid repeat count: `{1001}`");
  f("a**(?<=x)", "invalid nested repetition operator: `**`"); f("(a(?<=x)", "invalid named capture: `(?<=x)`"); f("a)(?<=x)", "unexpected ): `a)(?<=x)`");
  f("(?<a>x", "missing closing ): `(?<a>x`"); f("\\p{Foo}\\C", "invalid character class range: `\\p{Foo}`");
}

TEST_CASE("what Go takes as text") {
  const auto f = [](const char* input, const char* text) { auto r = Regex::compile(input, Regex::kAnchored); REQUIRE_MESSAGE(r.ok(), input); CHECK_MESSAGE(r->matches(text), input); };
  f("a{,2}", "a{,2}"); f("a{012}", "a{012}"); f("a{x}", "a{x}"); f("(?<a>b)(?<c>d)", "bd"); f("[[:x]", ":"); f("a|\\Qb)c", "b)c");
}

TEST_CASE("a byte that is no UTF-8 counts as U+FFFD") {
  const auto f = [](const char* input, std::string_view text, bool want) { auto r = Regex::compile(input); REQUIRE(r.ok()); CHECK_MESSAGE(r->matches(text) == want, input); };
  f("a.b", "a\xff" "b", true); f("a.b", "a\xe4\xb8" "b", false); f("^a..b$", "a\xe4\xb8" "b", true); f("a[^x]b", "a\xc3" "b", true);
  f("a\\x{fffd}b", "a\xff" "b", true); f("^.$", "\xff", true); f("a.b", "\xff", false); f("é", "\xc3\xa9\xff", true);
}
