#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

TEST_CASE("template: parse errors") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ .msg", "template: line:1: unclosed action");
  f("{{ foo }}", R"(template: line:1: function "foo" not defined)");
  f("{{ $x }}", R"(template: line:1: undefined variable "$x")");
  f("{{ end }}", "template: line:1: unexpected {{end}}");
  f("{{ if }}", "template: line:1: missing value for if");
  f("{{ break }}", "template: line:1: {{break}} outside {{range}}");
  f("{{ continue }}", "template: line:1: {{continue}} outside {{range}}");
  f("{{ if .a }}x", "template: line:1: unexpected EOF");
  f(R"({{ "unterminated }})", "template: line:1: unterminated quoted string");
  f("{{ `x", "template: line:1: unterminated raw quoted string");
  f("{{ else }}", "template: line:1: unexpected {{else}}");
  f("{{ 1 | 2 }}", "template: line:1: non executable command in pipeline stage 2");
  f("{{ template }}", R"(template: line:1: unexpected "}}" in template clause)");
  f(R"({{ template "a)", "template: line:1: unterminated quoted string");
  f(R"({{ define "x" }})", "template: line:1: unexpected EOF");
  f(R"({{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }})", R"(template: line:1: template: multiple definition of template "a")");
  f("{{ range $a, $b, $c := . }}{{ end }}", "template: line:1: too many declarations in range");
  f("{{ $a, $b := . }}", "template: line:1: too many declarations in command");
  f("{{ true.x }}", R"(template: line:1: unexpected . after term "true")");
  f("{{ 08 }}", R"(template: line:1: integer overflow: "08")");
  f("{{ 'ab' }}", "template: line:1: malformed character constant: 'ab'");
  f("{{ 99999999999999999999 }}", R"(template: line:1: integer overflow: "99999999999999999999")");
  f("{{/* a */ }}", "template: line:1: comment ends before closing delimiter");
  f("{{/* a", "template: line:1: unclosed comment");
  f(R"({{ "a\q" }})", "template: line:1: invalid syntax");
  f("{{ ( }}", "template: line:1: unclosed left paren");
  f("{{ ) }}", "template: line:1: unexpected right paren");
  f("{{ () }}", "template: line:1: missing value for parenthesized pipeline");
  f("{{ .a: }}", "template: line:1: expected :=");
  f("{{ a! }}", "template: line:1: bad character U+0021 '!'");
  f("{{  }}", "template: line:1: unrecognized character in action: U+0001");
  f("{{\n.x\n}", R"(template: line:3: unexpected "}" in operand)");
  f("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "template: line:1: expected end; found {{else}}");
  f(R"({{ range . }}{{ define "x" }}{{ end }}{{ end }})", "template: line:1: unexpected <define> in command");
  f("{{ .a.b..c }}", "template: line:1: unexpected <.> in operand");
  f(R"({{ .x"y" }})", R"(template: line:1: bad character U+0022 '"')");
  f("\n\n{{ end }}", "template: line:3: unexpected {{end}}");
  f("{{ ternary }}", R"(template: line:1: function "ternary" not defined)");
  f("{{ toJson . }}", R"(template: line:1: function "toJson" not defined)");
}

TEST_CASE("template: execution errors") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ .msg | int | div 0 }}", R"(template: line:1:16: executing "line" at <div 0>: error calling div: runtime error: integer divide by zero)");
  f("{{ lt .n 6 }}", R"(template: line:1:3: executing "line" at <lt .n 6>: error calling lt: incompatible types for comparison: string and int)");
  f("{{nil}}", R"(template: line:1:2: executing "line" at <nil>: nil is not a command)");
  f("{{ .msg.foo }}", R"(template: line:1:7: executing "line" at <.msg.foo>: can't evaluate field foo in type string)");
  f(R"({{ "a" "b" }})", R"(template: line:1:3: executing "line" at <"a">: can't give argument to non-function "a")");
  f(R"({{ .msg "b" }})", R"(template: line:1:3: executing "line" at <.msg>: msg is not a method but has arguments)");
  f("{{ range .msg }}{{ end }}", R"(template: line:1:9: executing "line" at <.msg>: range can't iterate over hello world)");
  f("{{ range .nope }}{{ end }}", R"(template: line:1:9: executing "line" at <.nope>: range can't iterate over )");
  f("{{ range $i, $e := 3 }}{{ end }}", R"(template: line:1:19: executing "line" at <3>: can't use 3 to iterate over more than one variable)");
  f("{{ upper }}", R"(template: line:1:3: executing "line" at <upper>: wrong number of args for upper: want 1 got 0)");
  f(R"({{ trunc "a" .n }})", R"(template: line:1:9: executing "line" at <"a">: expected integer; found "a")");
  f("{{ trunc 1 }}", R"(template: line:1:3: executing "line" at <trunc>: wrong number of args for trunc: want 2 got 1)");
  f(R"({{ trunc .n "x" }})", R"(template: line:1:9: executing "line" at <.n>: wrong type for value; expected int; got string)");
  f("{{ printf }}", R"(template: line:1:3: executing "line" at <printf>: wrong number of args for printf: want at least 1 got 0)");
  f(R"({{ unixEpoch "x" }})", R"(template: line:1:13: executing "line" at <"x">: can't handle "x" for arg of type time.Time)");
  f("{{ unixEpoch .n }}", R"(template: line:1:13: executing "line" at <.n>: wrong type for value; expected time.Time; got string)");
  f("{{ upper 5 }}", R"(template: line:1:9: executing "line" at <5>: expected string; found 5)");
  f("{{ upper nil }}", R"(template: line:1:9: executing "line" at <nil>: cannot assign nil to string)");
  f("{{ (fromJson .js).nope | upper }}", R"(template: line:1:25: executing "line" at <upper>: invalid value; expected string)");
  f("{{ upper (fromJson .js).nope }}", R"(template: line:1:19: executing "line" at <.js>: wrong type for value; expected string; got interface {})");
  f("{{ upper (fromJson .js).k }}", R"(template: line:1:19: executing "line" at <.js>: wrong type for value; expected string; got []interface {})");
  f(R"({{ round 1 2 "x" }})", R"(template: line:1:13: executing "line" at <"x">: expected float; found "x")");
  f("{{ call .msg }}", R"(template: line:1:3: executing "line" at <call .msg>: error calling call: non-function .msg of type string)");
  f(R"({{ template "nope" . }})", R"(template: line:1:12: executing "line" at <{{template "nope" .}}>: template "nope" not defined)");
  f("a\nb {{ div 1 0 }}", R"(template: line:2:5: executing "line" at <div 1 0>: error calling div: runtime error: integer divide by zero)");
  f(R"({{ define "T" }}{{ div 1 0 }}{{ end }}{{ template "T" . }})", R"(template: line:1:19: executing "T" at <div 1 0>: error calling div: runtime error: integer divide by zero)");
  f("{{ (fromJson .js).n.x }}", R"(template: line:1:13: executing "line" at <.js>: nil pointer evaluating interface {}.x)");
  f("{{ (fromJson .js).o.b.x }}", R"(template: line:1:13: executing "line" at <.js>: can't evaluate field x in type interface {})");
  f(R"({{ (index (fromJson .js) "n").x }})", "<no value>");
  f("{{ $x := 1 }}{{ $x.y }}", R"(template: line:1:18: executing "line" at <$x.y>: can't evaluate field y in type int)");
  f(R"({{ .msg | printf "%d" 1 | div 1 }})", R"(template: line:1:26: executing "line" at <div 1>: error calling div: runtime error: integer divide by zero)");
  f("{{ 1 | and }}", "1");
  f("{{ __timestamp__.Date }}", R"(template: line:1:3: executing "line" at <__timestamp__>: function Date has 3 return values; should be 1 or 2)");
  f("{{ __timestamp__.Zone }}", R"(template: line:1:3: executing "line" at <__timestamp__>: invalid function signature for Zone: second return value should be error; is int)");
  f("{{ __timestamp__.Format }}", R"(template: line:1:3: executing "line" at <__timestamp__>: wrong number of args for Format: want 1 got 0)");
  f("{{ __timestamp__.Nope }}", R"(template: line:1:3: executing "line" at <__timestamp__>: can't evaluate field Nope in type time.Time)");
  f("{{ if div 1 0 }}{{ end }}", R"(template: line:1:6: executing "line" at <div 1 0>: error calling div: runtime error: integer divide by zero)");
  f("{{ len 5 }}", R"(template: line:1:3: executing "line" at <len 5>: error calling len: len of type int)");
  f("{{ len nil }}", R"(template: line:1:3: executing "line" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value)");
}
