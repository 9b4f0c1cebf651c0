#include "rules/validate.h"

#include <doctest/doctest.h>

using namespace sleipnir;
using namespace sleipnir::rules;

TEST_CASE("mistakes have Loki's texts") {
  const auto f = [](std::vector<Rule> rules, std::string_view want) {
    const auto valid = validate({{.name = "g", .rules = std::move(rules)}}, {.strict = true});
    CHECK((valid.ok() ? "" : valid.error().message) == want);
  };
  f({{.alert = "a", .expr = "vector(1)", .labels = {{"x", "{{ $value }}"}}}, {.record = "a:b_1", .expr = "sum(rate({a=\"b\"}[1m]))"}}, "");
  f({{.alert = "any name", .expr = "vector(1)"}}, "");
  f({{}}, "one of 'record' or 'alert' must be set");
  f({{.record = "a", .alert = "b", .expr = "1"}}, "only one of 'record' and 'alert' must be set");
  f({{.alert = "a"}}, "field 'expr' must be set in rule");
  f({{.alert = "a", .expr = "bad_value"}}, "could not parse expression for alert 'a' in group 'g': parse error at line 1, col 1: syntax error: unexpected IDENTIFIER");
  f({{.record = "r", .expr = "{a=\"b\""}}, "could not parse expression for record 'r' in group 'g': parse error at line 1, col 7: syntax error: unexpected $end, expecting } or ,");
  f({{.record = "r", .expr = "vector(1)", .annotations = {{"a", "b"}}}}, "invalid field 'annotations' in recording rule");
  f({{.record = "r", .expr = "vector(1)", .hold = 1}}, "invalid field 'for' in recording rule");
  f({{.record = "r", .expr = "vector(1)", .keep_firing = 1}}, "invalid field 'keep_firing_for' in recording rule");
  f({{.record = "1r", .expr = "vector(1)"}}, "invalid recording rule name: 1r");
  f({{.alert = "a", .expr = "vector(1)", .labels = {{"__name__", "x"}}}}, "invalid label name: __name__");
  f({{.alert = "a", .expr = "vector(1)", .labels = {{"a:b", "x"}}}}, "invalid label name: a:b");
  f({{.alert = "a", .expr = "vector(1)", .labels = {{"a", "\xff"}}}}, "invalid label value: \xff");
  f({{.alert = "a", .expr = "vector(1)", .annotations = {{"", "x"}}}}, "invalid annotation name: ");
  f({{.alert = "a", .expr = "vector(1)", .labels = {{"l", "{{ end }}"}}}}, "label \"l\": template: __alert_a:1: unexpected {{end}}");
  f({{.record = "r", .expr = "vector(1)", .labels = {{"l", "{{ end }}"}}}}, "");  // only alerts have templates
}

TEST_CASE("all mistakes of all groups are named") {
  const auto f = [](std::vector<RuleGroup> groups, std::string_view want) {
    const auto valid = validate(groups, {});
    CHECK((valid.ok() ? "" : valid.error().message) == want);
  };
  f({{.name = "a"}, {.name = "b"}}, "");
  f({{.name = "a"}, {}}, "group 1: Groupname must not be empty");
  f({{.name = "a", .rules = {{}, {.alert = "x"}}}, {.name = "a"}},
    "one of 'record' or 'alert' must be set, field 'expr' must be set in rule, groupname: \"a\" is repeated in the same file");
}
