#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

TEST_CASE("template: nothing runs or grows for ever") {
  const auto f = [](const std::string& input, std::string_view want) {
    const std::string message = render(input);
    CHECK_MESSAGE(message.ends_with(want), message.substr(0, 200));
  };
  f(R"({{ repeat 1000000000 "x" }})", "error calling repeat: text is longer than 16 MiB");
  f("{{ range 1000000000 }}{{ end }}", "template takes more than 10000000 steps");
  f("{{ range 100000000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}", "output is longer than 16 MiB");
  f(R"({{ $x := "xxxxxxxx" }}{{ range 64 }}{{ $x = print $x $x }}{{ end }})", "error calling print: text is longer than 16 MiB");
  f(R"({{ $x := repeat 1000000 "x" }}{{ range 1000 }}{{ $y := upper $x }}{{ end }})", "template needs more than 64 MiB");
  f(R"({{ printf "%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d%999999d" 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 }})",
    "error calling printf: text is longer than 16 MiB");
  f(R"({{ define "T" }}{{ template "T" . }}{{ end }}{{ template "T" . }})", "exceeded maximum template depth (100000)");
  f("{{ " + std::string(5000, '(') + " 1 " + std::string(5000, ')') + " }}", "max expression depth exceeded");
  std::string nested;
  for (int i = 0; i < 5000; ++i) nested += "{{ if 1 }}";
  f(nested, "max expression depth exceeded");
  FixtureRow row;
  row.labels["deep"] = std::string(100'000, '[');
  CHECK(render("{{ fromJson .deep }}", row) == "<no value>");
  row.labels["deep"] = std::string(1000, '[') + std::string(1000, ']');
  CHECK(render("{{ len (fromJson .deep) }}", row) == "1");
}

TEST_CASE("template: text and labels append to what is there") {
  FixtureRow row;
  std::string out = "a";
  const auto compiled = Template::compile("line", "<{{.msg}} {{__line__}}{{ .nope }}>");
  REQUIRE(compiled.ok());
  REQUIRE(compiled->execute(row, out).ok());
  CHECK(out == "a<hello world ends with error>");
}

TEST_CASE("template: the name stands in messages") {
  const auto compiled = Template::compile("label", "{{ div 1 0 }}");
  REQUIRE(compiled.ok());
  std::string out;
  CHECK(compiled->execute(FixtureRow{}, out).error().message ==
        R"(template: label:1:3: executing "label" at <div 1 0>: error calling div: runtime error: integer divide by zero)");
}

TEST_CASE("template: what it reads") {
  using Names = std::optional<std::vector<std::string>>;
  const auto f = [](std::string_view input, const Names& want) { CHECK(Template::compile("line", input)->labels() == want); };
  f("{{ .b }}{{ .a }}{{ .b.c }}", Names{{"a", "b"}});
  f("text", Names{std::vector<std::string>{}});
  f("{{ . }}", std::nullopt);
  f("{{ $ }}", std::nullopt);
  f("{{ $.x }}", Names{{"x"}});
  f(R"({{ index . "x" }})", std::nullopt);
  f("{{ with .a }}{{ . }}{{ .b }}{{ else }}{{ .c }}{{ end }}", Names{{"a", "c"}});
  f("{{ with .a }}{{ else }}{{ . }}{{ end }}", std::nullopt);
  f("{{ if .a }}{{ .b }}{{ else if .c }}{{ .d }}{{ end }}", Names{{"a", "b", "c", "d"}});
  f("{{ range $k, $v := . }}{{ end }}", std::nullopt);
  f("{{ (fromJson .js).x | printf .f }}", Names{{"f", "js"}});
  f(R"({{ define "T" }}{{ . }}{{ $ }}{{ .x }}{{ end }}{{ template "T" .a }})", Names{{"a"}});
  f(R"({{ template "T" . }})", std::nullopt);

  const auto time = [](std::string_view input, bool want) { CHECK(Template::compile("line", input)->uses_time() == want); };
  time("{{.a}} {{__line__}}", false);
  time("{{if .a}}{{__timestamp__}}{{end}}", true);
  time("{{date \"2006\" now}}", true);
  const auto line = [](std::string_view input, bool want) { CHECK(Template::compile("line", input)->uses_line() == want); };
  line("{{ .a }}", false);
  line("{{ if .a }}{{ trunc 3 __line__ }}{{ end }}", true);
  line(R"({{ define "T" }}{{ __line__ }}{{ end }})", true);

  const auto single = [](std::string_view input, std::string_view want) {
    const auto compiled = Template::compile("line", input);
    const std::string* name = compiled->single_field();
    CHECK((name ? *name : "") == want);
  };
  single("{{.a}}", "a");
  single("{{- .a -}}", "a");
  single("{{ .a.b }}", "");
  single("{{ .a }} ", "");
  single("{{ .a }}{{ .b }}", "");
  single("{{ upper .a }}", "");
}
