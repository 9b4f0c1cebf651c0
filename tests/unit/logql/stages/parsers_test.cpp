#include "doctest/doctest.h"
#include "unit/logql/stages/fixture.h"

namespace sleipnir::logql {

constexpr const char* kOpenObject = R"(__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol")";

TEST_CASE("json: values, names, faults") {
  const auto f = [](const std::string& line, const std::string& want) {
    INFO(line);
    CHECK(labels_after("| json", line) == want);
  };
  f(R"({"a":1,"b":"x","c":true,"d":null,"e":[1,2],"f":{"g":1.50}})", R"({a="1", b="x", c="true", f_g="1.50"})");
  f(R"({"a":-1.5e10,"b":1E5})", R"({a="-1.5e10", b="1E5"})");
  f(R"({"a":1,"b":)", R"({__error__="JSONParserErr", __error_details__="Malformed JSON error", a="1"})");
  f(R"({"a":1)", R"({__error__="JSONParserErr", __error_details__="Value is array, but can't find closing ']' symbol", a="1"})");
  f(R"({"a":"x)", R"({__error__="JSONParserErr", __error_details__="Value is string, but can't find closing '\"' symbol"})");
  f(R"({"a":tru})", R"({__error__="JSONParserErr", __error_details__="Unknown value type"})");
  for (const char* line : {"", "[1,2]", "\"str\"", "not json", "{'a':1}", "{a:1}"}) f(line, std::string("{") + kOpenObject + "}");
  f(R"({"a":1 "b":2})", std::string("{") + kOpenObject + R"(, a="1"})");
  f(R"(   {"a" : 1 , } x)", R"({a="1"})");
  f(R"({"a":1}{"b":2})", R"({a="1"})");
  f(R"({"a":1,"a":2})", R"({a="1"})");
  f(R"({"a":{"b":1},"a_b":2})", R"({a_b="1"})");
  f(R"({"a_b":2,"a":{"b":1}})", R"({a_b="2"})");
  f(R"({"é":1,"a-b":2,"9k":3,"":4," ":5," t ":6})", R"({_="1", _9k="3", a_b="2", t="6"})");
  f(R"({"x":{"":1,"2":3,"y":{" ":4}}})", R"({x="1", x_2="3", x_y="4"})");
  f(R"({"app":"json","x":{"app":1}})", R"({app_extracted="json", x_app="1"})");
  f("{\"a\":\"\\u00e9\\n\",\"b\":\"\\q\",\"c\":\"x\xff\",\"d\":\"\\ud83d\\ude00\",\"e\":\"\\ud83d\"}", "{a=\"é\\n\", b=\"\", c=\"x \", d=\"😀\", e=\"\"}");
  f(R"({"__error__":"mine"})", R"({__error__="mine"})");
}

TEST_CASE("json: nesting is followed to any depth in linear time") {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += R"({"a":)";
  CHECK(labels_after("| json", deep) == std::string("{") + kOpenObject + "}");
  CHECK(labels_after("| json", deep + "1" + std::string(100000, '}') + "x").size() > 190000);
}

TEST_CASE("json with expressions") {
  const auto f = [](const std::string& stage, const std::string& line, const std::string& want) {
    INFO(stage, " on ", line);
    CHECK(labels_after(stage, line) == want);
  };
  const std::string line = R"({"a":1,"nested":{"c":true,"e":[1,2,"x"],"s":"q\"q"},"n":null})";
  f(R"(| json a, bb="nested.c", arr="nested.e[1]", miss="zz")", line, R"({a="1", arr="2", bb="true", miss=""})");
  f(R"(| json obj="nested")", line, R"({obj="{\"c\":true,\"e\":[1,2,\"x\"],\"s\":\"q\\\"q\"}"})");
  f(R"(| json x="nested.s", y="n", z="nested.e[2]")", line, R"({x="q\"q", y="", z="x"})");
  f(R"(| json k=`["k e y"]`, l=`o["p"][1]`)", R"({"k e y":1,"o":{"p":[1,{"z":2}]}})", R"({k="1", l="{\"z\":2}"})");
  f(R"(| json app="a")", line, R"({app_extracted="1"})");
  f(R"(| json a)", "", "{}");
  f(R"(| json a)", "x", R"({__error__="JSONParserErr"})");
  f(R"(| json a)", "[1]", R"({a=""})");
  f(R"(| json a, b)", R"({"a":1,"b":)", R"({__error__="JSONParserErr", __error_details__="Malformed JSON error", a="1", b=""})");
  f(R"(| json x="t", x="f")", R"({"t":1,"f":2})", R"({x="2"})");
}

TEST_CASE("json expressions that are wrong") {
  const auto f = [](const std::string& expression, const std::string& want) {
    CHECK(compile_error("| json x=`" + expression + "`") == "parse error : stage '" + print(Stage(JsonStage{{{"x", expression}}})) +
                                                                "' : cannot parse expression [" + expression + "]: " + want);
  };
  f("b[", "syntax error: unexpected $end, expecting STRING or INDEX");
  f("b..c", "syntax error: unexpected DOT, expecting FIELD");
  f("", "syntax error: unexpected $end, expecting LSB or FIELD");
  f("a[b]", "syntax error: unexpected FIELD, expecting STRING or INDEX");
  f("1a", "syntax error: unexpected $end, expecting LSB or FIELD");
  f("a-b", "unexpected char -");
}

TEST_CASE("logfmt") {
  const auto f = [](const std::string& stage, const std::string& line, const std::string& want) {
    INFO(stage, " on ", line);
    CHECK(labels_after(stage, line) == want);
  };
  const std::string odd = R"(a=1 b="x y" c= d e="q\"uote" app=dup 9k=nine f.g=h ==bad k="unterm)";
  const std::string kept = R"(a="1", app_extracted="dup", b="x y", e="q\"uote", f_g="h"})";
  f("| logfmt", odd, R"({_9k="nine", )" + kept);
  f("| logfmt --strict", odd, R"({_9k="nine", __error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 52 : unexpected '='", )" + kept);
  f("| logfmt --keep-empty", odd, R"({_9k="nine", a="1", app_extracted="dup", b="x y", c="", d="", e="q\"uote", f_g="h"})");
  f("| logfmt", R"(a=1,b=2 k='{"x":1}' z=1)", R"({z="1"})");
  f("| logfmt", R"(a="b"c=d)", R"({a="b", c="d"})");
  f("| logfmt", "a=1 a=2", R"({a="1"})");
  f("| logfmt", "a= a=2", R"({a="2"})");
  f("| logfmt", R"(u="\u00e9\'\/" bad="\q" t="a)" "\t" R"(\n" n=1)", R"({n="1", u="é'/"})");
  f("| logfmt", "a=x\xffy \xff=1", R"({a="x y"})");
  f("| logfmt --strict", "\xff=1", R"({__error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 2 : invalid key"})");
  f("| logfmt --strict", R"(k="\q")", R"({__error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 7 : invalid quoted value"})");
  f("| logfmt --strict", R"(k="x)", R"({__error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 5 : unterminated quoted value"})");
  f("| logfmt --strict", "a=1  ", R"({a="1"})");
  f(R"(| logfmt x="a", y)", "a=1 a=2", R"({x="2", y=""})");
  f(R"(| logfmt x="a")", "a=1 x=9", R"({x="9"})");
  f(R"(| logfmt app="a")", "a=1", R"({app_extracted="1"})");
  f(R"(| logfmt app="a")", "b=1", "{}");
  f("| json | logfmt", R"({"a":1} a=2)", R"({a="1"})");
}

TEST_CASE("logfmt expressions that are wrong") {
  const auto f = [](const std::string& expression, const std::string& want) {
    CHECK(compile_error("| logfmt x=`" + expression + "`").ends_with(" : cannot parse expression [" + expression + "]: " + want));
  };
  f("b.c", "unexpected char .");
  f("", "syntax error: unexpected $end, expecting STRING or KEY");
  f("-", "syntax error: unexpected $end, expecting STRING or KEY");
  f("a b", "syntax error: unexpected KEY");
}

TEST_CASE("regexp, pattern, unpack") {
  const auto f = [](const std::string& stage, const std::string& line, const std::string& want) {
    INFO(stage, " on ", line);
    CHECK(labels_after(stage, line) == want);
  };
  f(R"(| regexp `(?P<a>\d+)(?P<b>x)?`)", "n 12", R"({a="12", b=""})");
  f(R"(| regexp `(?P<app>z)`)", "z", R"({app_extracted="z"})");
  f(R"(| regexp `(?P<a>z)`)", "y", "{}");
  f(R"(| regexp `(?P<a>x.+)`)", "x\xffy", "{a=\"x\uFFFDy\"}");
  f("| pattern `<a> <_> <b>`", "GET /x 200 ok", R"({a="GET", b="200 ok"})");
  f("| pattern `<a> <b>`", "GET", R"({a="GET"})");
  f("| pattern `x <a>`", "y 1", "{}");
  f("| pattern `<a>=<b>;`", "=;", R"({a="", b=""})");
  f("| pattern `<a>`", "", "{}");
  f("| unpack", R"({"_entry":"the line","pod":"p","n":1,"app":"q","a-b":"c"})", R"({a_b="c", app_extracted="q", pod="p"})");
  f("| unpack", R"({"pod":"p"})", "{}");
  f("| unpack", "x", R"({__error__="JSONParserErr", __error_details__="expecting json object(6), but it is not"})");
  f("| unpack", "", "{}");
  f("| unpack", R"({"_entry":"x","pod":"p")", R"({__error__="JSONParserErr", __error_details__="Value is array, but can't find closing ']' symbol"})");
  CHECK(line_after("| unpack", R"({"_entry":"the \"line\"","pod":"p"})") == "the \"line\"");
}

TEST_CASE("metadata collides with the stream, parsed labels with both") {
  StageCase c;
  c.metadata = {{"app", "m"}, {"pod", "p"}};
  CHECK(labels_after("", "", c) == R"({app_extracted="m", pod="p"})");
  CHECK(labels_after("| logfmt", "pod=x app=y", c) == R"({app_extracted="y", pod="p", pod_extracted="x"})");
  CHECK(labels_after("| label_format pod=\"{{.app}}\"", "", c) == R"({app_extracted="m", pod="l"})");
  c.metadata = {{"__error__", "E"}, {"__error_details__", "D"}};
  CHECK(labels_after("", "", c) == R"({__error__="E", __error_details__="D"})");
}

TEST_CASE("required labels end parsing early, an error behind them is not seen") {
  StageCase c;
  c.hints.restricted = true;
  c.hints.required = {"a"};
  CHECK(labels_after("| json", R"({"b":1,"a":2,"c":)", c) == R"({a="2"})");
  CHECK(labels_after("| json", R"({"b":1,"c":)", c) == R"({__error__="JSONParserErr", __error_details__="Malformed JSON error"})");
  CHECK(labels_after("| logfmt --strict", "b=1 a=2 =", c) == R"({a="2"})");
  c.hints.required = {"app_extracted"};
  CHECK(labels_after("| json", R"({"app":1,"b":2})", c) == R"({app_extracted="1"})");
  c.hints.required = {"__error__"};
  c.hints.preserve_errors = true;
  CHECK(labels_after("| json", "x", c) == std::string("{") + kOpenObject + R"(, __preserve_error__="true"})");
  c.hints = {};
  c.hints.skip_parsers = true;
  CHECK(labels_after("| json", "x", c) == "{}");
}

}  // namespace sleipnir::logql
