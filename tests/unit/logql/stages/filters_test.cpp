#include "doctest/doctest.h"
#include "logql/stages/literal_tests.h"
#include "logql/stages/regex_tree.h"
#include "unit/logql/stages/fixture.h"

namespace sleipnir::logql {

TEST_CASE("line filters") {
  const auto f = [](const std::string& stage, const std::string& line, bool want) {
    INFO(stage, " on ", line);
    CHECK(verdict(stage, line) == (want ? "kept" : "dropped"));
  };
  f(R"(|= "b")", "abc", true);
  f(R"(|= "B")", "abc", false);
  f(R"(|= "")", "", true);
  f(R"(!= "")", "x", false);
  f(R"(!= "b")", "abc", false);
  f(R"(|= "x" or "b")", "abc", true);
  f(R"(!= "x" or "b")", "abc", false);
  f(R"(|= "" or "baz")", "abc", false);
  f(R"(|= "baz" or "")", "abc", false);
  f(R"(|~ ".*" or "baz")", "abc", false);
  f(R"(|~ ".*")", "a\nb", true);
  f(R"(|~ "a.b")", "a\nb", false);
  f(R"(|~ ".+")", "", false);
  f(R"(|~ ".+")", "\n", true);
  f(R"(|~ "^b$")", "a\nb", false);
  f(R"(|~ "(?i)WARN|err")", "a Warning", true);
  f(R"(!~ "(?i)WARN|err")", "a Warning", false);
  f(R"(| decolorize |= "ared b")", "a\x1b[31mred\x1b[0m b", false);
  f(R"(| line_format "x" |= "x")", "abc", true);
  f(R"(| unpack |= "k")", R"({"_entry":"v","k":"w"})", false);
}

TEST_CASE("pattern line filter") {
  const auto f = [](const std::string& pattern, const std::string& line, bool want) {
    INFO(pattern, " on ", line);
    CHECK(verdict("|> `" + pattern + "`", line) == (want ? "kept" : "dropped"));
    CHECK(verdict("!> `" + pattern + "`", line) == (want ? "dropped" : "kept"));
  };
  f("foo", "foo", true);
  f("foo", "xfoo", true);
  f("foo", "foox", false);
  f("foo<_>", "foox", true);
  f("foo<_>", " foo bar", true);
  f("foo<_>", "foo", false);
  f("<_>foo", "xfoo", true);
  f("<_>foo", "foo", false);
  f("<_>foo<_>", " foo bar", true);
  f("<_>foo<_>", "foo bar", false);
  f("", "", true);
  f("", "x", false);
  f("a", "", false);
  f("<_>", "x", true);
  f("<9><_>", "<9>x", true);
  CHECK(compile_error("|> `<a>`") == "parse error : stage '|> \"<a>\"' : named captures are not allowed: found '<a>'");
  CHECK(compile_error("|> `<_><_>`") == "parse error : stage '|> \"<_><_>\"' : found consecutive capture '<_><_>': invalid expression");
}

TEST_CASE("ip") {
  const auto f = [](const std::string& pattern, const std::string& line, bool want) {
    INFO(pattern, " in ", line);
    CHECK(verdict("|= ip(\"" + pattern + "\")", line) == (want ? "kept" : "dropped"));
    CHECK(verdict("!= ip(\"" + pattern + "\")", line) == (want ? "dropped" : "kept"));
  };
  f("192.168.0.1", "from 192.168.0.1:80", true);
  f("192.168.0.1", "from 192.168.0.11", false);
  f("192.168.0.0/16", "x=192.168.255.7,", true);
  f("10.0.0.5-10.0.0.9", "10.0.0.9", true);
  f("10.0.0.5-10.0.0.9", "10.0.0.10 10.0.0.7", true);
  f("10.0.0.5-10.0.0.9", "10.0.0.10", false);
  f("fe80::/10", "a fe80::1 b", true);
  f("2001:db8::1", "[2001:db8:0:0:0:0:0:1]:80", true);
  f("2001:db8::1", "2001:db8:0:0:0:0:0:1 x", true);
  f("::ffff:1.2.3.4", "1.2.3.4", false);
  f("1.2.3.4", "01.2.3.4 300.1.1.1", false);
  for (const char* wrong : {"foo", "10.0.0.0/99", "10.0.0.9-10.0.0.1", "1.2.3", "1.2.3.4-::1", ""})
    CHECK(compile_error(std::string("|= ip(\"") + wrong + "\")") == std::string("parse error : stage '|= ip(\"") + wrong + "\")' : ip: invalid pattern: \"" + wrong + "\"");
  CHECK(compile_error("|~ ip(\"1.1.1.1\")") == "parse error : stage '|~ ip(\"1.1.1.1\")' : ip: invalid operation");
  CHECK(verdict("| logfmt | a = ip(\"10.0.0.0/8\")", "a=10.1.2.3:80") == "kept");
  CHECK(verdict("| logfmt | a != ip(\"10.0.0.0/8\")", "b=1") == "dropped");
  CHECK(verdict("| json | a = ip(\"10.0.0.0/8\")", "no json") == "kept");
}

TEST_CASE("label filters on values") {
  const auto f = [](const std::string& filter, const std::string& line, const std::string& want) {
    INFO(filter, " on ", line);
    CHECK(labels_after("| logfmt | " + filter, line) == want);
  };
  f("a > 5", "a=6", R"({a="6"})");
  f("a > 5", "a=5", "dropped");
  f("a == 5", "a=5.0", R"({a="5.0"})");
  f("a != 5", "b=1", "dropped");
  f("a != 5", "a=NaN", R"({a="NaN"})");
  f("a == 16", "a=0x1p4", R"({a="0x1p4"})");
  f("a > 5", "a=abc", R"({__error__="LabelFilterErr", __error_details__="strconv.ParseFloat: parsing \"abc\": invalid syntax", a="abc"})");
  f("a > 5", "a=1e400", R"({__error__="LabelFilterErr", __error_details__="strconv.ParseFloat: parsing \"1e400\": value out of range", a="1e400"})");
  f("dur > 1s", "dur=1500ms", R"({dur="1500ms"})");
  f("dur > 1s", "dur=1d", R"({__error__="LabelFilterErr", __error_details__="time: unknown unit \"d\" in duration \"1d\"", dur="1d"})");
  f("size >= 1KB", "size=1000", R"({size="1000"})");
  f("size >= 1KB", "size=x", R"({__error__="LabelFilterErr", __error_details__="strconv.ParseFloat: parsing \"\": invalid syntax", size="x"})");
  f("size == 1.5MiB", "size=1.5MiB", "dropped");
  f("a > 5 | b > 5", "a=x b=1", "dropped");
  f("a > 5 | b > 5", "a=x b=y", R"({__error__="LabelFilterErr", __error_details__="strconv.ParseFloat: parsing \"x\": invalid syntax", a="x", b="y"})");
  f("a=1 or b=2 and c=3", "a=1 b=0 c=0", R"({a="1", b="0", c="0"})");
  f("a=1 and b=2 or c=3", "a=0 b=2 c=3", R"({a="0", b="2", c="3"})");
  f("a=1, b=2 or c=3", "a=0 b=2 c=3", "dropped");
  f("(a=1 or b=2), c=3", "a=0 b=2 c=3", R"({a="0", b="2", c="3"})");
  f(R"(a="")", "b=1", R"({b="1"})");
  f(R"(__error__="")", "b=1", R"({b="1"})");
  CHECK(verdict(R"(| json | __error_details__="")", "x") == "kept");
  CHECK(verdict(R"(| json | __error_details__!="")", "x") == "dropped");
  CHECK(verdict(R"(| json | __error__="JSONParserErr")", "x") == "kept");
}

TEST_CASE("regex label filters lose their anchors in some shapes") {
  const auto f = [](const std::string& regex, const std::string& value, bool want) {
    INFO(regex, " on ", value);
    const StageCase c{{{"app", "l"}}, {{"v", value}}, {}};
    CHECK(verdict("| v=~`" + regex + "`", "", c) == (want ? "kept" : "dropped"));
    CHECK(verdict("| v!~`" + regex + "`", "", c) == (want ? "dropped" : "kept"));
  };
  f("", "x", true);
  f(".*", "a\nb", true);
  f(".+", "\n", true);
  f(".+", "", false);
  f("ab", "xab", false);
  f("(?i)AB", "aB", true);
  f("(?i)AB", "xaB", false);
  f("b.*", "ab", true);
  f(".*b", "ba", true);
  f(".*b.*", "a", false);
  f("ab|abc", "xab", true);
  f("ab|abc", "abcd", true);
  f("error|err", "xerr", true);
  f("warn|warning", "warnings", true);
  f("ab|ac", "xab", false);
  f("a(b|bc)", "xab", false);
  f("ab|", "ab", true);
  f("ab|", "", false);
  f("foo.+", "xfoob", false);
  f("f.o", "xfoo", false);
  f("(foo|bar).*", "xfoo", false);
  f("^foo$", "xfoo", false);
  f("foo|bar", "xbar", false);
  f("a.b", "a\nb", false);
  f("(a|b)", "b", true);
}

TEST_CASE("regex trees have the shape that Go gives them") {
  const auto f = [](const std::string& regex, const std::string& want) {
    const auto tree = parse_regex_tree(regex);
    CHECK((tree ? to_string(*tree) : "none") == want);
  };
  f("ab|abc", "cat{lit{ab}alt{emp{}lit{c}}}");
  f("error|err", "cat{lit{err}alt{lit{or}emp{}}}");
  f("ab|ac", "cat{lit{a}cc{}}");
  f("a|b|bc", "alt{cc{}lit{bc}}");
  f("foobar.*|fooqux.*", "cat{lit{foo}alt{cat{lit{bar}star{dnl{}}}cat{lit{qux}star{dnl{}}}}}");
  f("[aA]b|[Bb].*", "alt{cat{litfold{a}lit{b}}cat{litfold{b}star{dnl{}}}}");
  f("[kK]|(?i:[s])|(?i:x[Yy])", "alt{cc{}litfold{xy}}");
  f("(?i:ab)|ab", "alt{litfold{ab}lit{ab}}");
  f("(?:ab)c(d|e)", "cat{lit{abc}cap{cc{}}}");
  f("a(?:b.*)", "cat{lit{a}lit{b}star{dnl{}}}");
  f("a?", "none");
  f("(?:.*)*", "star{dnl{}}");
  f("(?:.+)*", "none");
  f("[a]b", "lit{ab}");
  f("\\.a", "lit{.a}");
  f("x{2}", "none");
  f("x{", "lit{x{}");
}

TEST_CASE("simple label filters also run while labels are extracted") {
  CHECK(verdict(R"(| logfmt | label_format a="{{.nope}}" | a="")", "a=1") == "dropped");
  CHECK(verdict(R"(| logfmt | label_format a="{{.nope}}" | a="" or b="1")", "a=1") == "kept");
  CHECK(verdict(R"(| a="" | logfmt)", "a=1") == "dropped");
  CHECK(verdict(R"(| a="" | logfmt x="a")", "a=1") == "kept");
  StageCase c;
  c.hints.early_filters = false;
  CHECK(verdict(R"(| logfmt | label_format a="{{.nope}}" | a="")", "a=1", c) == "kept");
}

TEST_CASE("necessary conditions") {
  const auto f = [](const std::string& stages, const std::string& want) {
    INFO(stages);
    REQUIRE(compiled(stages));
    CHECK(to_string(compiled(stages)->predicate()) == want);
  };
  f("", "true");
  f(R"(|= "a" |= "b")", R"((line contains "a" and line contains "b"))");
  f(R"(|= "a" or "b" != "c")", R"((line contains "a" or line contains "b"))");
  f(R"(|~ "a.b")", R"(line matches "a.b")");
  f(R"(|~ "foo|bar")", R"((line contains "foo" or line contains "bar"))");
  f(R"(|= "a" or "")", "true");
  f(R"(|> "x<_>y")", R"((line contains "x" and line contains "y"))");
  f(R"(| json |= "a")", R"(line contains "a")");
  f(R"(| line_format "x" |= "a")", "true");
  f(R"(| json | trace_id="x")", R"(json trace_id="x")");
  f(R"(| trace_id="x" | json)", R"(metadata trace_id="x")");
  f(R"(| json | status >= 500 | level!="info")", "json status>=500");
  f(R"(| logfmt | status = 500)", "(logfmt status>=500 and logfmt status<=500)");
  f(R"(| json | a="" | b!="" | c=~"x.*")", R"((json b!="" and json c=~"x"))");
  f(R"(| json | a=~"x|y.z")", R"(json a=~"^(?:x|y.z)$")");
  f(R"(| json | a_extracted="1" | __error__="")", "true");
  f(R"(| json | a="1" or b="2")", R"((json a="1" or json b="2"))");
  f(R"(| json | a="1" or b!="2")", "true");
  f(R"(| label_format a=b | json | a="1")", "true");
  f(R"(| json | logfmt | a="1")", "true");
  f(R"(| json | dur > 1s)", "true");
}

}  // namespace sleipnir::logql
