#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

TEST_CASE("template: text, trimming and comments") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("a {{- /* c */ -}} b", "ab");
  f("{{/* comment */}}x", "x");
  f("{{- .msg -}}  tail", "hello worldtail");
  f("a \n{{- 1 }}\n b", "a1\n b");
  f(R"({{ "}}" }})", "}}");
  f("}}", "}}");
  f("{{3 -}} \t\n x", "3x");
  f("{{- -3 }}", "-3");
  f("", "");
}

TEST_CASE("template: variables") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ $a := 1 }}{{ if true }}{{ $a = 2 }}{{ $b := 3 }}{{ $b }}{{ end }}{{ $a }}", "32");
  f(R"({{ $x := .n }}{{ $x }}{{ $x = "7" }}{{ $x }})", "57");
  f("{{ $.n }}{{ with .msg }}{{ $.n }}{{ end }}", "55");
  f("{{ $o := fromJson .js }}{{ $o.o.b }}{{ $o.none }}", "x<no value>");
}

TEST_CASE("template: if and with") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ if .nope }}y{{ else if eq .n "5" }}five{{ else }}z{{ end }})", "five");
  f("{{ with .nope }}a{{ else }}b{{ end }}", "b");
  f("{{ with .msg }}{{ . }}{{ end }}", "hello world");
  f("{{ with $x := .n }}{{ $x }}{{ end }}", "5");
  f("{{ with .nope }}a{{ else with .n }}b{{ . }}{{ end }}", "b5");
  f(R"({{ if 0 }}a{{ end }}{{ if 0.0 }}b{{ end }}{{ if fromJson "[]" }}c{{ end }}{{ if fromJson "{}" }}d{{ end }}{{ if fromJson "null" }}e{{ end }}{{ if __timestamp__ }}f{{ end }})", "f");
}

TEST_CASE("template: range") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ range $i, $e := (fromJson .js).k }}{{$i}}={{$e}};{{ end }}", "0=1;1=2;");
  f("{{ range $k, $v := fromJson .js }}{{$k}}={{$v}};{{ end }}", "big=1.2345678e+07;k=[1 2];n=<no value>;o=map[a:true b:x];");
  f("{{ range $k, $v := . }}{{$k}},{{ end }}", "f,js,msg,n,neg,");
  f("{{ range 3 }}{{ . }}{{ end }}", "012");
  f("{{ range $i := 3 }}{{ $i }}{{ end }}", "012");
  f("{{ range 0 }}x{{ else }}none{{ end }}", "none");
  f(R"({{ range $i := fromJson "[1,2,3]" }}{{ if eq $i 2.0 }}{{ break }}{{ end }}{{ $i }}{{ end }})", "1");
  f(R"({{ range fromJson "[1,2,3]" }}{{ if eq . 2.0 }}{{ continue }}{{ end }}{{ . }}{{ end }})", "13");
  f(R"({{ $i := 0 }}{{ range $i, $e = fromJson "[7,8]" }}{{ end }}{{ $i }})", R"(template: line:1:40: executing "line" at <"[7,8]">: undefined variable: $e)");
  f("{{ range .nope.x }}{{ end }}", R"(template: line:1:14: executing "line" at <.nope.x>: can't evaluate field x in type string)");
  f("{{ range (fromJson .js).nope }}x{{ else }}none{{ end }}", "none");
}

TEST_CASE("template: definitions") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ define "T" }}[{{.}}]{{ end }}{{ template "T" .msg }})", "[hello world]");
  f(R"({{ block "B" .n }}b{{.}}{{ end }})", "b5");
  f(R"({{ define "T" }}{{ . }}{{ $ }}{{ end }}{{ template "T" }})", "<no value><no value>");
  f(R"({{ define "line" }}abc{{ end }})", "abc");
  f(R"({{ define "a" }}{{ if . }}{{ . }}{{ template "a" (slice . 1) }}{{ end }}{{ end }}{{ template "a" "abc" }})", "abcbcc");
}

TEST_CASE("template: operands and pipes") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ .n | }}", "5");
  f("{{ .n | add 1 | mul 2 }}", "12");
  f("{{ 'a' }}", "97");
  f("{{ 0x10 }} {{ 1_000 }} {{ 1.5 }} {{ 1e3 }} {{ -5 }} {{ true }}", "16 1000 1.5 1000 -5 true");
  f("{{ (fromJson .js).k }}|{{ (fromJson .js).o.b }}|{{ (fromJson .js).nope }}", "[1 2]|x|<no value>");
  f(R"({{ index . "n" }})", "5");
  f("{{ . }}", R"(map[f:2.5 js:{"k":[1,2],"o":{"b":"x","a":true},"n":null,"big":12345678} msg:hello world n:5 neg:-3])");
  f("{{ 1i }} {{ 1+2i }}", "(0+1i) (1+2i)");
  f("{{ `raw` }}", "raw");
  f("{{ .nope }}|{{ .nope | len }}", "|0");
  f(R"({{ "a\tb\u00e9\x41\101" }})", "a\tbéAA");
}

TEST_CASE("template: printing values") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ 123456.0 }} {{ 100000.5 }} {{ 1000000.0 }} {{ 1234567.0 }} {{ 12345678.5 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1e20 }}", "123456 100000.5 1e+06 1.234567e+06 1.23456785e+07 0.0001 1e-05 1e+20");
  f(R"({{ fromJson "[1,2.5,true,null,\"s\"]" }})", "[1 2.5 true <nil> s]");
  f(R"({{ fromJson "{\"b\":\"x\",\"a\":true}" }})", "map[a:true b:x]");
  f(R"({{ fromJson "null" }})", "<no value>");
  f(R"({{ fromJson "bad" }})", "<no value>");
  f("{{ __timestamp__ }}", "2026-03-13 10:01:15.000000075 +0000 UTC");
  f("{{ print nil }}", "<nil>");
}
