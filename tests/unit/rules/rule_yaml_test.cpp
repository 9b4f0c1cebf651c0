#include "rules/rule_yaml.h"

#include <doctest/doctest.h>

#include <random>

using namespace sleipnir;
using namespace sleipnir::rules;

TEST_CASE("a rule file is read") {
  const auto groups = read_rule_file(R"(
groups:
  - name: g
    interval: 1m30s
    limit: 5
    rules:
      - alert: A
        expr: 1 > 0
        for: 5m
        keep_firing_for: 1h
        labels: {severity: 2, empty: }
        annotations:
          text: |
            two
            lines
      - {record: "a:b", expr: vector(1)}
  - name: empty
)");
  REQUIRE_MESSAGE(groups.ok(), groups.error().message);
  REQUIRE(groups->size() == 2);
  const RuleGroup& g = (*groups)[0];
  CHECK(g.name == "g");
  CHECK(g.interval == 90 * kSecond);
  CHECK(g.limit == 5);
  REQUIRE(g.rules.size() == 2);
  CHECK(g.rules[0].hold == 5 * kMinute);
  CHECK(g.rules[0].keep_firing == kHour);
  CHECK(g.rules[0].labels == LabelSet{{"severity", "2"}, {"empty", ""}});
  CHECK(g.rules[0].annotations == LabelSet{{"text", "two\nlines\n"}});
  CHECK(g.rules[1].name() == "a:b");
  CHECK_FALSE(g.rules[1].alerting());
}

TEST_CASE("what is no rule file is refused") {
  const auto f = [](const std::string& yaml, std::string_view want) {
    const auto groups = read_rule_file(yaml);
    REQUIRE_FALSE(groups.ok());
    CHECK_MESSAGE(groups.error().message.find(want) != std::string::npos, groups.error().message);
  };
  f("a", "rule file: a mapping is expected");
  f("groups: {}", "groups: a sequence is expected");
  f("groups: [{name: a, rulez: []}]", "field rulez not found in group");
  f("group: []", "field group not found in rule file");
  f("groups: [{name: [a]}]", "name: a text is expected");
  f("groups: [{interval: 1.5h}]", "interval: ");
  f("groups: [{limit: -1}]", "limit: a number is expected");
  f("groups: [{rules: [{labels: [a]}]}]", "labels: a mapping is expected");
  f("groups: [{name: \xff}]", "name: invalid UTF-8");
  f("groups: [", "yaml-cpp");
  f("groups: *x", "yaml-cpp");
}

TEST_CASE("aliases do not make a small file large") {
  std::string yaml = "x: &x \"" + std::string(100'000, 'a') + "\"\nname: g\nrules:\n";
  for (int i = 0; i < 1000; ++i) yaml += "- {alert: a, expr: *x}\n";
  const auto group = read_group(yaml);
  REQUIRE_FALSE(group.ok());
  CHECK(group.error().message == "the rules are longer than 16 MiB");
}

TEST_CASE("deep nesting is an error, not the end") { CHECK_FALSE(read_group(std::string(200'000, '[')).ok()); }

TEST_CASE("what is written reads the same") {
  const auto f = [](const std::string& text) {
    RuleGroup group{.name = text, .interval = 90 * kSecond, .limit = 3};
    group.rules.push_back({.alert = text, .expr = text, .hold = 36 * kHour, .keep_firing = kMillisecond, .labels = {{"a", text}}, .annotations = {{text, text}}});
    group.rules.push_back({.record = "r", .expr = "vector(1)"});
    const auto one = read_group(write_group(group));
    REQUIRE_MESSAGE(one.ok(), one.error().message);
    CHECK(*one == group);
    const auto file = read_rule_file(write_rule_file({group, {.name = "other"}}));
    REQUIRE_MESSAGE(file.ok(), file.error().message);
    CHECK(*file == std::vector<RuleGroup>{group, {.name = "other"}});
  };
  for (const char* text : {"plain", "true", "No", "~", "null", "12", "1.5", "-", "- a", "a: b", "a #b", "#", "{{ $value }}", "'q'", "\"q\"", "a\nb\n", "\n", " lead", "trail ", "tab\there",
                           "sum by (a) (rate({b=~\".+\"} | json | c >= 500 [1m])) > 0.5", "über", "\x01", "&a", "*a", "!t", "%d", "@x", "`b`", "[a]", "? k", "|", ">", "a\\b", "---", "..."})
    f(text);
}

TEST_CASE("damaged rule files are read or refused, and what was read can be written") {
  const std::string whole = "groups:\n- name: &n g\n  interval: 1m\n  rules:\n  - alert: *n\n    expr: \"1 > 0\"\n    for: 5m\n    labels: {a: 'b', \"c\": d}\n    annotations:\n      t: |\n        x\n        y\n";
  std::mt19937 random(1);
  const std::string_view bytes = "\n :-'\"{}[]&*|>#,?!%@`\\\t\xff" "a1";
  size_t read = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string yaml = whole;
    for (int n = 0; n < 1 + i % 3; ++n) {
      const size_t at = random() % yaml.size();
      if (random() % 3 == 0) yaml.erase(at, 1);
      else if (random() % 2 == 0) yaml.insert(at, 1, bytes[random() % bytes.size()]);
      else yaml[at] = bytes[random() % bytes.size()];
    }
    const auto groups = read_rule_file(yaml);
    if (!groups) continue;
    ++read;
    const auto again = read_rule_file(write_rule_file(*groups));
    REQUIRE_MESSAGE(again.ok(), yaml);
    CHECK_MESSAGE(*again == *groups, yaml);
  }
  CHECK(read > 1000);
}
