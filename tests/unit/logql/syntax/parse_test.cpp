#include <doctest/doctest.h>

#include "logql/syntax/parse.h"

using namespace sleipnir;
using namespace sleipnir::logql;

namespace {

std::string printed(std::string_view query, ParseOptions options = {}) {
  auto expr = parse(query, options);
  return expr ? print(**expr) : expr.error().message;
}

const RangeAggregation& range_of(const ExprPtr& expr) { return std::get<RangeAggregation>(expr->v); }

}  // namespace

TEST_CASE("label filters: and binds tighter than or, a comma or nothing takes all to its right") {
  auto f = [](std::string_view filter, std::string_view want) {
    CAPTURE(filter);
    CHECK(printed(R"({a="b"} | )" + std::string(filter)) == R"({a="b"} | )" + std::string(want));
  };
  f("x=1 or y=2 and z=3", "( x==1 or ( y==2 , z==3 ) )");
  f("x=1 and y=2 or z=3", "( ( x==1 , y==2 ) or z==3 )");
  f("x=1 or y=2, z=3", "( x==1 or ( y==2 , z==3 ) )");
  f("x=1, y=2 or z=3", "( x==1 , ( y==2 or z==3 ) )");
  f("x=1 y=2 or z=3", "( x==1 , ( y==2 or z==3 ) )");
  f("x=1 and y=2, z=3", "( x==1 , ( y==2 , z==3 ) )");
  f("x=1 or y=2 or z=3", "( ( x==1 or y==2 ) or z==3 )");
  f("x=1, y=2 and z=3 or w=4", "( x==1 , ( ( y==2 , z==3 ) or w==4 ) )");
  f("(x=1 or y=2) z=3", "( ( x==1 or y==2 ) , z==3 )");
  f("x=1 (y=2)", "( x==1 , y==2 )");
  f("((x=1))", "x==1");
}

TEST_CASE("label predicates") {
  auto f = [](std::string_view filter, std::string_view want) {
    CAPTURE(filter);
    CHECK(printed(R"({a="b"} | )" + std::string(filter)) == R"({a="b"} | )" + std::string(want));
  };
  f(R"(x="1")", R"(x="1")");
  f(R"(x!~`\d`)", R"(x!~"\\d")");
  f("x=1", "x==1");
  f("x==1.50", "x==1.5");
  f("x!=+1e3", "x!=1000");
  f("x>=-5", "x>=-5");
  f("x<1h30m", "x<1h30m0s");
  f("x>-5m", "x>-5m0s");
  f("x<=1d", "x<=24h0m0s");
  f("x>1us", "x>1µs");
  f("x>10KB", "x>10kB");
  f("x>1KB", "x>1.0kB");
  f("x>0kB", "x>0kB");
  f("x>5000TB", "x>5000000000000000B");
  f(R"(x=ip("1.1.1.1"))", R"(x=ip("1.1.1.1"))");
  f(R"(x!=ip("1.1.1.1"))", R"(x!=ip("1.1.1.1"))");
  f("bytes > 1KB rate=2", "( bytes>1.0kB , rate==2 )");
}

TEST_CASE("line filters") {
  auto f = [](std::string_view filters, std::string_view want) {
    CAPTURE(filters);
    CHECK(printed(R"({a="b"} )" + std::string(filters)) == R"({a="b"} )" + std::string(want));
  };
  f(R"(|= "a" or "b" != "c")", R"(|= "a" or "b" != "c")");
  f(R"(!= "a" or "b")", R"(!= "a" != "b")");
  f(R"(!~ "a" or "b" or "c" |> "<_>x")", R"(!~ "a" !~ "b" !~ "c" |> "<_>x")");
  f(R"(|= ip("1.1.1.1") or "x")", R"(|= ip("1.1.1.1") or "x")");
  f(R"(|=`"`)", R"(|= "\"")");
}

TEST_CASE("stages") {
  auto f = [](std::string_view stages, std::string_view want) {
    CAPTURE(stages);
    CHECK(printed(R"({a="b"})" + std::string(stages)) == R"({a="b"} )" + std::string(want));
  };
  f("|json", "| json");
  f(R"(| json x, y = "z.w")", R"(| json x="x",y="z.w")");
  f(R"(| logfmt --keep-empty --strict a)", R"(| logfmt --strict --keep-empty a="a")");
  f(R"q(| regexp `(?P<x>.)` | pattern "<y>")q", R"q(| regexp "(?P<x>.)" | pattern "<y>")q");
  f("| unpack | decolorize", "| unpack | decolorize");
  f(R"(| line_format "{{.x}}" | label_format a=b, c="{{.d}}")", R"(| line_format "{{.x}}" | label_format a=b,c="{{.d}}")");
  f(R"(| drop a, b="c" | keep d=~"e", f)", R"(| drop a,b="c" | keep d=~"e",f)");
  f("| json | x > 5 | LOGFMT", "| json | x>5 | logfmt");
  f(R"(| json ! = "x" | label_format a= ~, $=@)", R"(| json ! ="x" | label_format a= ~,$=@)");
}

TEST_CASE("precedence of binary operators") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(printed(query) == want);
  };
  f("vector(1) or vector(2) and vector(3)", "(vector(1.000000) or (vector(2.000000) and vector(3.000000)))");
  f("vector(1) unless vector(2) and vector(3)", "((vector(1.000000) unless vector(2.000000)) and vector(3.000000))");
  f("vector(1) == vector(2) + vector(3) * vector(4)", "(vector(1.000000) == (vector(2.000000) + (vector(3.000000) * vector(4.000000))))");
  f("vector(1) - vector(2) - vector(3)", "((vector(1.000000) - vector(2.000000)) - vector(3.000000))");
  f("vector(1) ^ vector(2) ^ vector(3)", "(vector(1.000000) ^ (vector(2.000000) ^ vector(3.000000)))");
  f("(vector(1) + vector(2)) * vector(3)", "((vector(1.000000) + vector(2.000000)) * vector(3.000000))");
  f("vector(1) > vector(2) > vector(3)", "((vector(1.000000) > vector(2.000000)) > vector(3.000000))");
}

TEST_CASE("constants are folded") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(printed(query) == want);
  };
  f("1+2", "3");
  f("-2 ^ 2", "4");
  f("2 ^ 3 ^ 2", "512");
  f("2 - 1 - 1", "0");
  f("7 % 4", "3");
  f("-7 % 4", "-3");
  f("1 / 0", "NaN");
  f("1 % 0", "NaN");
  f("0 * - 1", "- 0");
  f("1 > bool 2", "0");
  f("2 >= 2", "1");
  f("1_000 + .5", "1000.5");
  f("(1 + 2) * vector(1)", "(3 * vector(1.000000))");
}

TEST_CASE("modifiers of binary operators") {
  auto f = [](std::string_view modifiers, std::string_view want) {
    CAPTURE(modifiers);
    CHECK(printed("vector(1) > " + std::string(modifiers) + " vector(2)") == "(vector(1.000000) > " + std::string(want) + " vector(2.000000))");
  };
  f("bool", "bool");
  f("on (a, b)", "on (a,b) ");
  f("bool ignoring ()", "bool");
  f("ignoring () group_left", "ignoring () group_left");
  f("on (a) group_left", "on (a) group_left");
  f("on (a) group_right (x, y)", "on (a) group_right (x,y)");
  CHECK(printed("vector(1) + on (a) group_left () (vector(1) + vector(2))") ==
        "(vector(1.000000) + on (a) group_left () (vector(1.000000) + vector(2.000000)))");
}

TEST_CASE("a range may stand in many places") {
  auto f = [](std::string_view range, std::string_view want) {
    CAPTURE(range);
    CHECK(printed("rate(" + std::string(range) + ")") == "rate(" + std::string(want) + ")");
  };
  f(R"({a="b"}[5m])", R"({a="b"}[5m])");
  f(R"({a="b"}[300s] offset 1m)", R"({a="b"}[5m] offset 1m0s)");
  f(R"({a="b"}[1h30m] offset -1m)", R"({a="b"}[1h30m] offset -1m0s)");
  f(R"({a="b"} | json [5m] offset 1h)", R"({a="b"} | json[5m] offset 1h0m0s)");
  f(R"({a="b"}[5m] | json | x=1)", R"({a="b"} | json | x==1[5m])");
  f(R"({a="b"}[5m] offset 1m |= "x" | unwrap y)", R"({a="b"} |= "x" | unwrap y[5m] offset 1m0s)");
  f(R"(({a="b"})[5m])", R"({a="b"}[5m])");
  f(R"(({a="b"})[5m] offset 1m | unwrap x)", R"({a="b"} | unwrap x[5m] offset 1m0s)");
  f(R"(({a="b"} | json)[5m])", R"({a="b"} | json[5m])");
  f(R"(({a="b"} | json | unwrap x | y="1")[5m])", R"({a="b"} | json | unwrap x | y="1"[5m])");
  f(R"(({a="b"} | json | unwrap duration(x)[5m]))", R"({a="b"} | json | unwrap duration(x)[5m])");
  f(R"((({a="b"}[5m])))", R"({a="b"}[5m])");
  f(R"(({a="b"}[5m] | json))", R"({a="b"} | json[5m])");
}

TEST_CASE("aggregations") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(printed(query) == want);
  };
  f("sum(vector(1)) by (a, b)", "sum by (a,b)(vector(1.000000))");
  f("sum without () (vector(1))", "sum without ()(vector(1.000000))");
  f("sum by () (vector(1))", "sum(vector(1.000000))");
  f("topk(3, vector(1)) by (a)", "topk by (a)(3,vector(1.000000))");
  f("sort_desc(vector(1))", "sort_desc(vector(1.000000))");
  f(R"(max_over_time({a="b"} | unwrap x [1m]) by ())", R"(max_over_time({a="b"} | unwrap x[1m]) by ())");
  f(R"(max_over_time({a="b"} | unwrap x [1m]) without (c, d))", R"(max_over_time({a="b"} | unwrap x[1m]) without (c,d))");
  f(R"(quantile_over_time(.5, {a="b"} | unwrap x [1m]))", R"(quantile_over_time(0.5,{a="b"} | unwrap x[1m]))");
  f(R"q(label_replace(sum(vector(1)), "d", "$1", "s", "(.*)"))q", R"q(label_replace(sum(vector(1.000000)),"d","$1","s","(.*)"))q");
}

TEST_CASE("the tree") {
  auto expr = parse(R"(sum_over_time({a="b"} | json | unwrap bytes(size) | size > 0 [5m] offset 2m))");
  REQUIRE(expr);
  const RangeAggregation& r = range_of(*expr);
  CHECK(r.op == RangeOp::kSumOverTime);
  CHECK(r.range.range == 5 * kMinute);
  CHECK(r.range.offset == 2 * kMinute);
  CHECK(r.range.log.matchers.size() == 1);
  CHECK(r.range.log.stages.size() == 1);
  REQUIRE(r.range.unwrap);
  CHECK(r.range.unwrap->label == "size");
  CHECK(r.range.unwrap->conversion == Conversion::kBytes);
  CHECK(r.range.unwrap->filters.size() == 1);
  CHECK_FALSE(r.grouping);

  auto matching = parse("vector(1) / on (a) group_right (b) vector(2)");
  REQUIRE(matching);
  const auto& binary = std::get<BinaryOperation>((*matching)->v);
  CHECK(binary.matching == Matching{true, {"a"}, Matching::Card::kOneToMany, {"b"}});
}

TEST_CASE("additions") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(printed(query, {.strict = false}) == want);
  };
  f("{}", "{}");
  f(R"("x")", R"({} |= "x")");
  f(R"("x" | json | y="z")", R"({} |= "x" | json | y="z")");
  f("{} | distinct a, b", "{} | distinct a,b");
  f("{} | distinct > 5 | context=1", "{} | distinct>5 | context==1");
  f("{} | context 2, 3", "{} | context 2,3");
  f(R"({} | id in ({c="d"} | json | x="y" | id) or z=1)", R"({} | ( id in ({c="d"} | json | x="y" | id) or z==1 ))");
  f(R"({} | id not in ({c="d"} | v in ({} | w)| id))", R"({} | id not in ({c="d"} | v in ({} | w) | id))");
  f(R"(count_over_time({} | id in ({} | id) [1m]))", R"(count_over_time({} | id in ({} | id)[1m]))");
}

TEST_CASE("parse_selector") {
  using enum SelectorRule;
  auto f = [](std::string_view query, SelectorRule selector_rule, std::string_view want) {
    CAPTURE(query);
    auto matchers = parse_selector(query, selector_rule);
    std::string got;
    if (matchers)
      for (const Matcher& m : *matchers) got += m.to_string() + ";";
    else
      got = matchers.error().message;
    CHECK(got == want);
  };
  const std::string rule =
      R"(parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will)";
  f(R"({a="b", c=~"d"})", kSelective, R"(a="b";c=~"d";)");
  f(R"(({a="b"}))", kSelective, R"(a="b";)");
  f("{}", kSelective, rule);
  f(R"({a=""})", kSelective, rule);
  f(R"({a="", b!="c"})", kAny, R"(a="";b!="c";)");
  f("{}", kAny, "");
  f(R"({} | json)", kAny, "only label matchers are supported");
  f(R"({a=~"("})", kAny, "parse error : error parsing regexp: missing closing ): `(`");
  f(R"({a="b"} | json)", kSelective, "only label matchers are supported");
  f(R"(rate({a="b"}[1m]))", kSelective, "only label matchers are supported");
  f("{", kSelective, "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }");
  f(R"("x")", kSelective, "parse error at line 1, col 1: syntax error: unexpected STRING");
}

TEST_CASE("parse_labels") {
  auto f = [](std::string_view text, std::string_view want) {
    CAPTURE(text);
    auto labels = parse_labels(text);
    CHECK((labels ? labels->to_string() : labels.error().message) == want);
  };
  f(R"({b="2", a="1"})", R"({a="1", b="2"})");
  f("{ a = 'x\"y' , b = `z` , }", R"({a="x\"y", b="z"})");
  f("{}", "{}");
  f(R"({a="", b="c"})", R"({b="c"})");
  f(R"({"é f"="x"})", R"({é f="x"})");
  f("# c\n{a=\"b\"}", R"({a="b"})");
  f(R"({"é f", a="b"})", R"({__name__="é f", a="b"})");
  f(R"({a="b", "m"})", R"({__name__="m", a="b"})");
  f(R"(m:x{a="b"})", R"({__name__="m:x", a="b"})");
  f(R"({"a" b="c"})", R"(1:6: parse error: unexpected identifier "b" in label set, expected "," or "}")");
  f(R"({a="b"}})", "1:8: parse error: unexpected character: '}'");
  f(R"({a="b"}{)", R"(1:8: parse error: unexpected "{")");
  f(R"(({a="b"}))", R"(1:1: parse error: unexpected "(")");
  f(R"({a="b"}))", "1:9: parse error: unexpected right parenthesis ')'");
  f(R"({a="b"}[5m])", R"(1:8: parse error: unexpected "[")");
  f("a]", "1:2: parse error: unexpected right bracket ']'");
  f("a=~", "1:2: parse error: unexpected character after '=': '~'");
  f("a!~", "1:2: parse error: unexpected character after '!': '~'");
  f("a>=", "1:2: parse error: unexpected <op:>=>");
  f("a .5", R"(1:3: parse error: unexpected number ".5")");
  f("{} :b", R"(1:4: parse error: unexpected metric identifier ":b")");
  f("{a!", "1:3: parse error: unexpected character after '!' inside braces: '\uFFFD'");
  f(R"({bad-name="v"})", "1:5: parse error: unexpected character inside braces: '-'");
  f(R"({a.b="v"})", "1:3: parse error: unexpected character inside braces: '.'");
  f(R"({1a="b"})", "1:2: parse error: unexpected character inside braces: '1'");
  f(R"({case="c", sp ace="v"})", R"(1:15: parse error: unexpected identifier "ace" in label set, expected "=")");
  f(R"({="v"})", R"(1:2: parse error: unexpected "=" in label set, expected identifier or "}")");
  f("{case=bad}", R"(1:7: parse error: unexpected identifier "bad" in label set, expected string)");
  f(R"({a="b" c="d"})", R"(1:8: parse error: unexpected identifier "c" in label set, expected "," or "}")");
  f(R"(case="a")", R"(1:5: parse error: unexpected "=")");
  f("not labels", R"(1:5: parse error: unexpected identifier "labels")");
  f(R"({foo="b")", "1:9: parse error: unexpected end of input inside braces");
  f(R"({a="b)", "1:4: parse error: unterminated quoted string");
  f("{a=`b", "1:4: parse error: unterminated raw string");
  f("{a=\"b\nc\"}", "1:4: parse error: unterminated quoted string");
  f("{a=\"b\xff\"}", "1:4: parse error: invalid UTF-8 rune");
  f(R"({a="b\q"})", "1:4: parse error: unknown escape sequence U+0071 'q'");
  f(R"({a='b\'\"'})", "1:4: parse error: unknown escape sequence U+0022 '\"'");
  f(R"({a="\x5g"})", "1:4: parse error: illegal character U+0067 'g' in escape sequence");
  f(R"({a="\778"})", "1:4: parse error: illegal character U+0038 '8' in escape sequence");
  f(R"({a="\777"})", "1:4: parse error: escape sequence is an invalid Unicode code point");
  f(R"({a="\ud800"})", "1:4: parse error: escape sequence is an invalid Unicode code point");
  f(R"({a="\u12)", "1:4: parse error: escape sequence not terminated");
  f("{a=\"b\\", "1:4: parse error: escape sequence not terminated");
  f(R"({a="\n\x41\101\u00e9"})", R"({a="\nAAé"})");
  f("{\n a-b}", "2:3: parse error: unexpected character inside braces: '-'");
}
