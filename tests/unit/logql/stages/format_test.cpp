#include "doctest/doctest.h"
#include "unit/logql/stages/fixture.h"

namespace sleipnir::logql {

TEST_CASE("label_format") {
  const auto f = [](const std::string& stages, const std::string& line, const std::string& want) {
    INFO(stages, " on ", line);
    CHECK(labels_after(stages, line) == want);
  };
  f("| logfmt | label_format b=a", "a=1", R"({b="1"})");
  f("| logfmt | label_format b=nope", "a=1", R"({a="1"})");
  f(R"(| logfmt | label_format lbl="new", n="{{.lbl}}", n2="{{.n}}")", "lbl=old", R"({lbl="new", n="old", n2=""})");
  f(R"(| logfmt | label_format b=a, c="{{.b}}{{.a}}")", "a=1", R"({b="1", c="1"})");
  f("| label_format host=app", "", R"({host="l"})");
  f(R"(| label_format a="")", "", R"({a=""})");
  CHECK(compile_error("| label_format a=b,a=c") ==
        "parse error : stage '| label_format a=b,a=c' : multiple label name 'a' not allowed in a single format operation");
  CHECK(compile_error("| label_format __error__=\"x\"") == "parse error : stage '| label_format __error__=\"x\"' : __error__ cannot be formatted");
  CHECK(compile_error("| label_format a=\"{{.foo\"") ==
        "parse error : stage '| label_format a=\"{{.foo\"' : invalid template for label 'a': template: label:1: unclosed action");
}

TEST_CASE("line_format and decolorize") {
  const auto f = [](const std::string& stages, const std::string& line, const std::string& want) {
    INFO(stages, " on ", line);
    CHECK(line_after(stages, line) == want);
  };
  f(R"(| logfmt | line_format "{{.a}}-{{.b}}")", "a=1", "1-");
  f(R"(| line_format "{{.nope}}")", "x", "");
  f(R"(| line_format "{{ .app }}")", "x", "l");
  f(R"(| line_format "first" | line_format "{{__line__}} second")", "x", "first second");
  f("| decolorize", "a\x1b[31mred\x1b[0m b", "ared b");
  f("| decolorize", "\x1b[38;5;208morange\x1b[0m", "orange");
  f("| decolorize", "plain", "plain");
  CHECK(compile_error("| line_format \"{{foo}}\"") ==
        "parse error : stage '| line_format \"{{foo}}\"' : invalid line template: template: line:1: function \"foo\" not defined");
}

TEST_CASE("a line_format that nothing looks at does not run") {
  StageCase c;
  c.hints.needs_line = false;
  CHECK(line_after("| line_format \"x\" | app=\"l\"", "abc", c) == "abc");
  CHECK(line_after("| line_format \"x\" |= \"x\"", "abc", c) == "x");
}

TEST_CASE("drop and keep") {
  const auto f = [](const std::string& stages, const std::string& line, const std::string& want) {
    INFO(stages, " on ", line);
    const StageCase c{{{"app", "l"}, {"env", "p"}}, {{"pod", "x"}}, {}};
    const auto pipeline = compiled(stages);
    REQUIRE(pipeline);
    const auto runner = pipeline->runner();
    ProcessedRow row;
    REQUIRE(runner->run(c.stream, c.metadata, 0, line, row));
    CHECK(row.labels->merged().to_string() == want);
  };
  f("| drop env", "", R"({app="l", pod="x"})");
  f("| drop pod, app=\"l\", env=\"q\"", "", R"({env="p"})");
  f("| drop nope=\"\"", "", R"({app="l", env="p", pod="x"})");
  f("| logfmt | drop a=~\"1.*\"", "a=12 b=2", R"({app="l", b="2", env="p", pod="x"})");
  f("| json | drop __error__", "x", R"({__error_details__="Value looks like object, but can't find closing '}' symbol", app="l", env="p", pod="x"})");
  f("| json | drop __error__, __error_details__", "x", R"({app="l", env="p", pod="x"})");
  f("| json | drop __error__=\"Other\", __error_details__", "x", R"({__error__="JSONParserErr", app="l", env="p", pod="x"})");
  f("| keep env, pod=\"y\"", "", R"({env="p"})");
  f("| json | keep env", "x", R"({__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol", env="p"})");
  f("| drop env | logfmt", "env=q", R"({app="l", env_extracted="q", pod="x"})");
  f("| logfmt | drop a | json", R"(a=1)", R"({__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol", app="l", env="p", pod="x"})");
}

TEST_CASE("unwrap") {
  struct Sample { bool there; double value; std::string error; };
  const auto f = [](const std::string& unwrap, const std::string& line, const Sample& want) {
    INFO(unwrap, " on ", line);
    auto expr = parse("sum_over_time({app=\"l\"} | logfmt | " + unwrap + " [1m])");
    REQUIRE(expr);
    const LogRange& range = std::get<RangeAggregation>((*expr)->v).range;
    auto pipeline = Pipeline::compile(range.log.stages, range.unwrap);
    REQUIRE(pipeline);
    const auto runner = (*pipeline)->runner();
    ProcessedRow row;
    const LabelSet stream{{"app", "l"}}, none;
    REQUIRE(runner->run(stream, none, 0, line, row) == want.there);
    if (!want.there) return;
    CHECK(row.value == doctest::Approx(want.value));
    CHECK(std::string(row.labels->error_details()) == want.error);
  };
  f("unwrap x", "x=1.5", {true, 1.5, ""});
  f("unwrap x", "y=1", {false, 0, ""});
  f("unwrap x", "x=", {false, 0, ""});
  f("unwrap x", "x=abc", {true, 0, "strconv.ParseFloat: parsing \"abc\": invalid syntax"});
  f("unwrap x | __error__=\"\"", "x=abc", {false, 0, ""});
  f("unwrap bytes(x)", "x=1KiB", {true, 1024, ""});
  f("unwrap duration(x)", "x=1m30s", {true, 90, ""});
  f("unwrap duration_seconds(x)", "x=1d", {true, 0, "time: unknown unit \"d\" in duration \"1d\""});
  f("unwrap app", "x=1", {true, 0, "strconv.ParseFloat: parsing \"l\": invalid syntax"});
}

TEST_CASE("categories") {
  const auto pipeline = compiled(R"(| logfmt | label_format env="new" | drop pod2)");
  REQUIRE(pipeline);
  const auto runner = pipeline->runner();
  const LabelSet stream{{"app", "l"}, {"env", "p"}}, metadata{{"pod", "x"}, {"pod2", "y"}};
  ProcessedRow row;
  REQUIRE(runner->run(stream, metadata, 0, "a=1", row));
  CHECK(row.labels->category(Category::kStream).to_string() == R"({app="l"})");
  CHECK(row.labels->category(Category::kMetadata).to_string() == R"({pod="x"})");
  CHECK(row.labels->category(Category::kParsed).to_string() == R"({a="1", env="new"})");
}

}  // namespace sleipnir::logql
