#include <doctest/doctest.h>

#include <ctime>

#include "logql/syntax/parse.h"

using namespace sleipnir;
using namespace sleipnir::logql;

namespace {

std::string error_of(std::string_view query, ParseOptions options = {}) {
  auto expr = parse(query, options);
  return expr ? "no error" : expr.error().message;
}

}  // namespace

TEST_CASE("syntax errors name the token and its place") {
  auto f = [](std::string_view query, int col, std::string_view want, int line = 1) {
    CAPTURE(query);
    CHECK(error_of(query) == "parse error at line " + std::to_string(line) + ", col " + std::to_string(col) + ": syntax error: " + std::string(want));
  };
  f("{", 2, "unexpected $end, expecting IDENTIFIER or }");
  f("{foo", 5, "unexpected $end, expecting = or =~ or !~ or !=");
  f("{foo=", 6, "unexpected $end, expecting STRING");
  f(R"({foo="bar")", 11, "unexpected $end, expecting } or ,");
  f(R"({foo="bar",)", 12, "unexpected $end, expecting IDENTIFIER");
  f(R"({a="b",})", 8, "unexpected }, expecting IDENTIFIER");
  f(R"({a="b" c="d"})", 8, "unexpected IDENTIFIER, expecting } or ,");
  f(R"({"a"="x"})", 2, "unexpected STRING, expecting IDENTIFIER or }");
  f(R"({by="x"})", 2, "unexpected by, expecting IDENTIFIER or }");
  f(R"({a=5})", 4, "unexpected NUMBER, expecting STRING");
  f(R"({a=b})", 4, "unexpected IDENTIFIER, expecting STRING");
  f(R"({=""})", 2, "unexpected =, expecting IDENTIFIER or }");
  f(R"({a="b"}})", 8, "unexpected }");
  f(R"({a.b="x"})", 3, "unexpected ., expecting = or =~ or !~ or !=");
  f("sum by", 1, "unexpected IDENTIFIER");
  f("a", 1, "unexpected IDENTIFIER");
  f("$", 1, "unexpected IDENTIFIER");
  f("Inf", 1, "unexpected IDENTIFIER");
  f(R"(quantile(0.5, {a="b"}))", 1, "unexpected IDENTIFIER");
  f("5m", 1, "unexpected DURATION", 0);
}

TEST_CASE("syntax errors in pipelines") {
  auto f = [](std::string_view query, int col, std::string_view want, int line = 1) {
    CAPTURE(query);
    CHECK(error_of(query) == "parse error at line " + std::to_string(line) + ", col " + std::to_string(col) + ": syntax error: " + std::string(want));
  };
  f(R"({foo="bar"} |)", 14, "unexpected $end");
  f(R"({foo="bar"} |=)", 15, "unexpected $end, expecting STRING or ip");
  f(R"({foo="bar"} |= foo)", 16, "unexpected IDENTIFIER, expecting STRING or ip");
  f(R"({foo="bar"} |= "a" or)", 22, "unexpected $end, expecting STRING or ip");
  f(R"({foo="bar"} |= ip "x")", 16, "unexpected IDENTIFIER, expecting STRING or ip");
  f(R"({foo="bar"} "foo")", 13, "unexpected STRING");
  f(R"({foo="bar"} foo)", 13, "unexpected IDENTIFIER");
  f(R"({foo="bar"} | 5)", 15, "unexpected NUMBER");
  f(R"({foo="bar"} | json foo=)", 24, "unexpected $end, expecting STRING");
  f(R"({foo="bar"} | json foo,)", 24, "unexpected $end, expecting IDENTIFIER");
  f(R"({a="b"} | json "x")", 16, "unexpected STRING");
  f(R"({foo="bar"} | json --strict)", 20, "unexpected FUNCTION_FLAG", 0);
  f(R"({foo="bar"} | logfmt --foo)", 24, "unexpected IDENTIFIER, expecting NUMBER");
  f(R"({foo="bar"} | line_format)", 26, "unexpected $end, expecting STRING");
  f(R"({foo="bar"} | line_format foo)", 27, "unexpected IDENTIFIER, expecting STRING");
  f(R"({a="b"} | line_format "x" "y")", 27, "unexpected STRING");
  f(R"({foo="bar"} | label_format)", 27, "unexpected $end, expecting IDENTIFIER");
  f(R"({foo="bar"} | label_format a)", 29, "unexpected $end, expecting =");
  f(R"({foo="bar"} | label_format a=1)", 30, "unexpected NUMBER, expecting IDENTIFIER or STRING");
  f(R"({foo="bar"} | drop)", 19, "unexpected $end, expecting IDENTIFIER");
  f(R"({a="b"} | drop a=5)", 18, "unexpected NUMBER, expecting STRING");
  f(R"({a="b"} | pattern)", 18, "unexpected $end, expecting STRING");
  f(R"({foo="bar"} | unwrap foo)", 15, "unexpected unwrap");
  f(R"({foo="bar"} | a=~5)", 18, "unexpected NUMBER, expecting STRING");
  f(R"({foo="bar"} | a>"5")", 17, "unexpected STRING");
  f(R"({foo="bar"} | a>ip("1.1.1.1"))", 17, "unexpected ip");
  f(R"({foo="bar"} | a=ip(5))", 20, "unexpected NUMBER, expecting STRING");
  f(R"({foo="bar"} | a>-"5")", 18, "unexpected STRING, expecting NUMBER");
  f(R"({a="b"} | x)", 12, "unexpected $end");
  f(R"({a="b"} | x=)", 13, "unexpected $end");
  f(R"({a="b"} | (x=1)", 15, "unexpected $end");
  f(R"({a="b"} | x=1 and)", 18, "unexpected $end, expecting IDENTIFIER or (");
  f(R"({a="b"} | ip("x"))", 11, "unexpected ip");
  f(R"({a="b"} ||= "x")", 10, "unexpected |=", 0);
  f(R"(({a="b"}) |= "x")", 11, "unexpected |=", 0);
  f(R"({foo="bar"} [5m])", 13, "unexpected RANGE", 0);
}

TEST_CASE("syntax errors in metric queries") {
  auto f = [](std::string_view query, int col, std::string_view want, int line = 1) {
    CAPTURE(query);
    CHECK(error_of(query) == "parse error at line " + std::to_string(line) + ", col " + std::to_string(col) + ": syntax error: " + std::string(want));
  };
  f(R"(rate({foo="bar"}))", 17, "unexpected )");
  f(R"(rate({foo="bar"}[5m])", 21, "unexpected $end, expecting )");
  f("rate(foo)", 6, "unexpected IDENTIFIER, expecting NUMBER or { or (");
  f("rate(5)", 7, "unexpected ), expecting ,");
  f("rate(5,)", 8, "unexpected ), expecting { or (");
  f("rate((", 7, "unexpected $end, expecting { or (");
  f(R"(rate(({a="b"})))", 15, "unexpected ), expecting RANGE");
  f(R"(rate(({a="b"}[1m])", 18, "unexpected $end, expecting )");
  f(R"(rate(({a="b"}[1m]))", 19, "unexpected $end, expecting )");
  f(R"(rate(({a="b"} | json))", 22, "unexpected $end, expecting RANGE");
  f(R"(rate(({a="b"} | unwrap x)", 25, "unexpected $end, expecting RANGE or ) or |");
  f(R"(rate(({a="b"})[1m] | json))", 22, "unexpected json, expecting unwrap");
  f("sum(foo)", 5, "unexpected IDENTIFIER");
  f(R"(sum({foo="bar"}))", 16, "unexpected )");
  f(R"(sum(({foo="bar"})))", 18, "unexpected )");
  f(R"(sum(rate({foo="bar"}[5m])) by foo)", 31, "unexpected IDENTIFIER, expecting (");
  f("sum by (foo, rate(", 14, "unexpected RATE, expecting IDENTIFIER");
  f("sum by(", 8, "unexpected $end, expecting IDENTIFIER or )");
  f("sum(", 5, "unexpected $end");
  f("topk(5,", 8, "unexpected $end");
  f("(", 2, "unexpected $end");
  f("quantile_over_time(0.5", 23, "unexpected $end, expecting ,");
  f("count_over_time(", 17, "unexpected $end, expecting NUMBER or { or (");
  f("vector(", 8, "unexpected $end, expecting NUMBER");
  f("vector(-1)", 8, "unexpected -, expecting NUMBER");
  f(R"(rate({a="b"}[1m] offset 5)", 25, "unexpected NUMBER, expecting DURATION");
  f(R"(rate({a="b"}[1m] offset)", 24, "unexpected $end, expecting DURATION");
  f(R"(sum_over_time({a="b"} | unwrap)", 31, "unexpected $end, expecting IDENTIFIER or BYTES_CONV or DURATION_CONV or DURATION_SECONDS_CONV");
  f(R"(sum_over_time({a="b"} | unwrap x |= "q" [5m]))", 34, "unexpected |=, expecting RANGE or |", 0);
  f(R"(sum_over_time({a="b"} | unwrap foo(x) [5m]))", 35, "unexpected (, expecting RANGE or |");
  f(R"(sum_over_time({a="b"} | unwrap x | unwrap y [5m]))", 36, "unexpected unwrap, expecting IDENTIFIER or (");
  f(R"(rate({a="b"}[1m]) and on)", 25, "unexpected $end, expecting (");
  f(R"(rate({a="b"}[1m]) rate({a="b"}[1m]))", 19, "unexpected RATE");
  f(R"(count_over_time({a="b"}[5m]) by (x)", 35, "unexpected $end, expecting , or )");
  f("1 +", 4, "unexpected $end");
  f("+", 2, "unexpected $end, expecting NUMBER");
  f(R"(topk(-1,rate({foo="bar"}[5m])))", 8, "unexpected ,");
  f(R"(rate({a="b"}[5m]) offset 1m)", 19, "unexpected offset");
  f(R"(rate({a="b"}[5m]) / group_left rate({a="c"}[5m]))", 21, "unexpected group_left");
  f(R"(avg_over_time by (y) ({a="b"}[1m]))", 15, "unexpected by, expecting (");
  f(R"(- rate({a="b"}[5m]))", 3, "unexpected RATE, expecting NUMBER");
  f(R"(label_replace(rate({foo="bar"}[5m]),"a","b","c"))", 48, "unexpected ), expecting ,");
  f(R"(label_replace(rate({foo="bar"}[5m]) "a"))", 37, "unexpected STRING");
}

TEST_CASE("errors without a place") {
  auto f = [](std::string_view query, std::string_view want) {
    CAPTURE(query);
    CHECK(error_of(query) == "parse error : " + std::string(want));
  };
  const std::string rule =
      R"(queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will)";
  f("", "syntax error: unexpected $end");
  f("{}", rule);
  f(R"({a=""})", rule);
  f(R"({a!="x"})", rule);
  f(R"({a!~"x"})", rule);
  f(R"({a=~".*"})", rule);
  f(R"({a=~"x|"})", rule);
  f(R"(rate({a="b"}[1m]) + rate({}[1m]))", rule);
  f("sum(1)", rule);
  f(R"({a=~"["})", "error parsing regexp: missing closing ]: `[`");
  f(R"({a="b"} | x =~ "(")", "error parsing regexp: missing closing ): `(`");
  f(R"({a="b"} | x > 0x10)", R"(unable to parse literal as a float: strconv.ParseFloat: parsing "0x10": invalid syntax)");
  f("1e400", R"(unable to parse literal as a float: strconv.ParseFloat: parsing "1e400": value out of range)");
  f(R"({a="b"} | regexp "x")", "invalid regexp parser: at least one named capture must be supplied");
  f(R"q({a="b"} | regexp "(?P<x>a)(?P<x>b)")q", "invalid regexp parser: duplicate extracted label name 'x'");
  f(R"q({a="b"} | regexp "(?P<x")q", "invalid regexp parser: error parsing regexp: invalid named capture: `(?P<x`");
  f(R"({a="b"} | pattern "")", "invalid pattern parser: parse error at line 1, col 1: syntax error: unexpected $end, expecting IDENTIFIER or LITERAL");
  f(R"({a="b"} | pattern "<_>")", "invalid pattern parser: at least one capture is required");
  f(R"({a="b"} | pattern "<a><b>")", "invalid pattern parser: found consecutive capture '<a><b>': invalid expression");
  f(R"({a="b"} | pattern "<a> <a>")", "invalid pattern parser: duplicate capture name (a): invalid expression");
  f(R"(count_over_time({a="b"} | unwrap x [1m]))", "invalid aggregation count_over_time with unwrap");
  f(R"(sum_over_time({a="b"}[1m]))", "invalid aggregation sum_over_time without unwrap");
  f(R"(sum_over_time({a="b"} | unwrap x [1m]) by (a))", "grouping not allowed for sum_over_time aggregation");
  f(R"(rate({a="b"}[5m]) by (a))", "grouping not allowed for rate aggregation");
  f(R"(quantile_over_time({a="b"} | unwrap x [1m]))", "parameter required for operation quantile_over_time");
  f(R"(rate(5, {a="b"}[1m]))", "parameter 5 not supported for operation rate");
  f(R"(topk(rate({a="b"}[1m])))", "parameter required for operation topk");
  f(R"(bottomk(1.2, rate({a="b"}[1m])))", "invalid parameter bottomk(1.2,");
  f(R"(topk(0, rate({a="b"}[1m])))", "invalid parameter (must be greater than 0) topk(0");
  f(R"(sum(3, rate({a="b"}[1m])))", "unsupported parameter for operation sum(3,");
  f(R"(sort by (a) (rate({a="b"}[1m])))", "sort and sort_desc doesn't allow grouping by ");
  f(R"(approx_topk(2, rate({a="b"}[1m])) by (a))", "grouping not allowed for approx_topk aggregation");
  f(R"({a="b"} + 1)", "unexpected type for left leg of binary operation (+): *syntax.MatchersExpr");
  f(R"(1 + ({a="b"} | json))", "unexpected type for right leg of binary operation (+): *syntax.PipelineExpr");
  f(R"(1 or vector(2))", "unexpected literal for left leg of logical/set binary operation (or): 1.000000");
  f(R"(vector(2) unless 1.5)", "unexpected literal for right leg of logical/set binary operation (unless): 1.500000");
  f(R"(label_replace(rate({a="b"}[1m]), "n", "$1", "s", "(["))", "invalid regex in label_replace: error parsing regexp: missing closing ]: `[)$`");
}

TEST_CASE("a syntax error behind a semantic one wins, a bad regular expression does not wait") {
  CHECK(error_of(R"(sum(3, rate({a="b"}[1m])) +)") == "parse error at line 1, col 28: syntax error: unexpected $end");
  CHECK(error_of(R"({a=~"(", )") == "parse error : error parsing regexp: missing closing ): `(`");
}

TEST_CASE("size and depth are bounded") {
  CHECK(error_of(std::string(131072, ' ')) == "parse error : input size too long (131072 > 131072)");
  CHECK(error_of(std::string(131071, ' ')) == "parse error at line 1, col 131072: syntax error: unexpected $end");

  const std::string deep = "parse error : query is nested too deeply (limit 500)";
  auto repeated = [](std::string_view unit, size_t n) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += unit;
    return out;
  };
  auto parens = [&](size_t n) { return repeated("(", n) + "1" + repeated(")", n); };
  CHECK(error_of(parens(120)) == "no error");
  CHECK(error_of(parens(500)) == "no error");
  CHECK(error_of(parens(501)) == deep);
  CHECK(error_of(repeated("(", 100000)) == deep);
  CHECK(error_of(repeated("1+", 60000) + "1") == "no error");
  CHECK(error_of(repeated("1^", 60000) + "1") == "no error");
  CHECK(error_of(repeated("vector(1)or ", 499) + "vector(1)") == "no error");
  CHECK(error_of(repeated("vector(1)or ", 10000) + "vector(1)") == deep);
  CHECK(error_of(repeated("vector(1)^", 10000) + "vector(1)") == deep);
  CHECK(error_of(R"({a="b"} | x=1)" + repeated(" or x=1", 499)) == "no error");
  CHECK(error_of(R"({a="b"} | x=1)" + repeated(" or x=1", 15000)) == deep);
  CHECK(error_of(R"({a="b"} | x=1)" + repeated(" x=1", 15000)) == deep);
  CHECK(error_of(R"({a="b"} | )" + repeated("(", 50000)) == deep);
  CHECK(error_of(R"({a="b"})" + repeated(R"( |= "x")", 15000)) == "no error");
  CHECK(error_of(repeated("sum(", 30000)) == deep);
  CHECK(error_of("rate(" + repeated("(", 50000)) == deep);
}

TEST_CASE("long runs that look like durations, flags or calls cost linear time") {
  for (const std::string unit : {"1.1", "-", "-1", "1n", "sum ", "sum by ", "/**/", "1K"}) {
    std::string query;
    while (query.size() + unit.size() < kMaxQueryBytes) query += unit;
    CAPTURE(unit);
    const std::clock_t start = std::clock();
    (void)parse(query);
    CHECK((std::clock() - start) / CLOCKS_PER_SEC < 60);  // of the processor; quadratic: minutes
  }
}

TEST_CASE("strict parsing refuses our additions as Loki does") {
  auto f = [](std::string_view query, int col, std::string_view want) {
    CAPTURE(query);
    CHECK(error_of(query, {.strict = false}) == "no error");
    CHECK(error_of(query) == "parse error at line 1, col " + std::to_string(col) + ": syntax error: " + std::string(want));
  };
  f(R"("text")", 1, "unexpected STRING");
  f(R"("text" | json)", 1, "unexpected STRING");
  f(R"({a="b"} | distinct x, y)", 20, "unexpected IDENTIFIER");
  f(R"({a="b"} | context 2, 3)", 19, "unexpected NUMBER");
  f(R"({a="b"} | id in ({c="d"} | json | id))", 14, "unexpected IDENTIFIER");
  f(R"({a="b"} | id not in ({c="d"} | id))", 14, "unexpected IDENTIFIER");
  CHECK(error_of("{}", {.strict = false}) == "no error");
  CHECK(error_of(R"(rate({a="b"} | distinct x [1m]))", {.strict = false}) == "parse error : stage '| distinct x' is for log queries only, it cannot be aggregated");
}
