#include "rules/group_run.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace sleipnir;
using namespace sleipnir::rules;

namespace {

constexpr Nanos kStart = 1'700'000'000 * kSecond;

/// A group whose queries are `vector(n)`: `answers[n]` is what the n-th answers.
struct Fixture {
  RunOptions options{.interval = 10 * kSecond, .resend_delay = kMinute, .external = {{{"region", "eu"}}, "http://x"}};
  std::map<int, Result<std::vector<VectorSample>>> answers;
  Cancellation cancellation;
  Nanos now = kStart;
  GroupRun run{{"t", "n", "g"}, {.name = "g"}, options};

  explicit Fixture(std::vector<Rule> rules, uint64_t limit = 0) { adopt(std::move(rules), limit); }
  void adopt(std::vector<Rule> rules, uint64_t limit = 0) { run.adopt({.name = "g", .limit = limit, .rules = std::move(rules)}); }

  Evaluated evaluate() {
    const Evaluated out = run.evaluate(now, [&](const std::string& tenant, const logql::Expr& query, Nanos at, Cancellation&) {
      CHECK(tenant == "t");
      CHECK(at == now);
      return answers.at(static_cast<int>(std::get<logql::VectorFn>(query.v).value));
    }, cancellation);
    now += 10 * kSecond;
    return out;
  }
};

std::string shown(const std::vector<VectorSample>& samples) {
  std::string out;
  for (const VectorSample& s : samples) out += (out.empty() ? "" : " ") + s.labels.to_string() + "=" + (std::isnan(s.value) ? "stale" : std::to_string(static_cast<int>(s.value)));
  return out;
}

Rule alert(std::string name, std::string expr = "vector(1)") { return {.alert = std::move(name), .expr = std::move(expr)}; }
Rule recording(std::string name, std::string expr = "vector(1)") { return {.record = std::move(name), .expr = std::move(expr)}; }
std::vector<VectorSample> answer(std::initializer_list<std::pair<const char*, double>> items) {
  std::vector<VectorSample> out;
  for (const auto& [name, value] : items) out.push_back({{{"f", name}}, value});
  return out;
}

}  // namespace

TEST_CASE("recorded series, and their end") {
  Rule rule = recording("r");
  rule.labels = {{"src", "logs"}, {"drop", ""}};
  Fixture f({rule});
  f.answers = {{1, std::vector<VectorSample>{{{{"f", "a"}, {"drop", "x"}, {"__name__", "other"}}, 2}}}};
  CHECK(shown(f.evaluate().samples) == "{__name__=\"r\", f=\"a\", src=\"logs\"}=2");
  f.answers = {{1, answer({{"b", 3}})}};
  CHECK(shown(f.evaluate().samples) == "{__name__=\"r\", f=\"b\", src=\"logs\"}=3 {__name__=\"r\", f=\"a\", src=\"logs\"}=stale");
  f.answers = {{1, Error{ErrorKind::kTimeout, "too slow"}}};
  CHECK(f.evaluate().samples.empty());  // a failure does not end a series
  CHECK(shown(f.run.end_series()) == "{__name__=\"r\", f=\"b\", src=\"logs\"}=stale");
  CHECK(f.run.end_series().empty());
}

TEST_CASE("alerts are labelled, annotated and sent") {
  Rule rule = alert("A");
  rule.hold = 10 * kSecond;
  rule.labels = {{"f", "{{ $labels.f }}-{{ $externalLabels.region }}"}, {"gone", "{{ $labels.nope }}"}};
  rule.annotations = {{"bad", "{{ humanize \"x\" }}"}, {"v", "{{ $value }} at {{ $externalURL }}"}};
  Fixture f({rule});
  f.answers = {{1, answer({{"a", 4}})}};
  CHECK(f.evaluate().notifications.empty());
  const Evaluated out = f.evaluate();
  REQUIRE(out.notifications.size() == 1);
  const Notification& sent = out.notifications[0];
  CHECK(sent.expr == "vector(1)");
  CHECK(sent.alert.labels == LabelSet{{"alertname", "A"}, {"f", "a-eu"}});
  CHECK(sent.alert.annotations.get("v") == "4 at http://x");
  CHECK(sent.alert.annotations.get("bad").starts_with("<error expanding template: template: __alert_A:1:"));
  CHECK(sent.alert.valid_until == kStart + 10 * kSecond + 4 * kMinute);
  CHECK(shown(out.samples) == "{__name__=\"ALERTS_FOR_STATE\", alertname=\"A\", f=\"a-eu\"}=1700000000 {__name__=\"ALERTS\", alertname=\"A\", alertstate=\"firing\", f=\"a-eu\"}=1 "
                              "{__name__=\"ALERTS\", alertname=\"A\", alertstate=\"pending\", f=\"a-eu\"}=stale");
}

TEST_CASE("failures are told, and the other rules go on") {
  Fixture f({alert("A", "vector(1)"), recording("r", "vector(2)"), recording("s", "vector(3)"), alert("B", "vector(4)"), recording("ok", "vector(5)")}, 1);
  f.answers = {{1, Error{ErrorKind::kInvalid, "broken"}},
               {2, std::vector<VectorSample>{{{{"__name__", "a"}}, 1}, {{{"__name__", "b"}}, 2}}},
               {3, answer({{"a", 1}, {"b", 2}})},
               {4, answer({{"a", 1}, {"b", 2}})},
               {5, answer({{"a", 1}})}};
  const Evaluated out = f.evaluate();
  CHECK(out.rules == 5);
  CHECK(out.failures == 4);
  const GroupStatus status = f.run.status();
  const auto error = [&](size_t rule) { return status.rules[rule].health == Health::kOk ? "" : status.rules[rule].last_error; };
  CHECK(error(0) == "broken");
  CHECK(error(1) == "vector contains metrics with the same labelset after applying rule labels");
  CHECK(error(2) == "exceeded limit of 1 with 2 series");
  CHECK(error(3) == "exceeded limit of 1 with 2 alerts");
  CHECK(error(4) == "");
  CHECK(status.rules[3].alerts.empty());
  CHECK(status.last_evaluation == kStart);
}

TEST_CASE("a failing query leaves alerts as they are") {
  Fixture f({alert("A")});
  f.answers = {{1, answer({{"a", 1}})}};
  f.evaluate();
  f.answers = {{1, Error{ErrorKind::kInvalid, "broken"}}};
  f.evaluate();
  CHECK(f.run.status().rules[0].state == AlertState::kFiring);
}

TEST_CASE("rules that stay keep their alerts when the group changes") {
  Rule twice = alert("A");
  Fixture f({twice, twice, alert("B")});
  f.answers = {{1, answer({{"a", 1}})}};
  f.evaluate();
  const auto states = [&] {
    std::string out;
    for (const RuleStatus& rule : f.run.status().rules) out += rule.rule.name() + ":" + std::string(to_string(rule.state)) + " ";
    return out;
  };
  Rule other_labels = alert("B");
  other_labels.labels = {{"x", "y"}};
  f.adopt({alert("C"), alert("A", "vector(2)"), other_labels});
  CHECK(states() == "C:inactive A:firing B:inactive ");
  CHECK(f.run.status().rules[0].health == Health::kUnknown);
  const RuleAlerts saved = f.run.alerts();
  Fixture g({alert("A"), alert("C")});
  g.run.restore(saved);
  CHECK(g.run.status().rules[0].state == AlertState::kFiring);
  CHECK(g.run.status().rules[1].state == AlertState::kInactive);
}

TEST_CASE("templates end with the time of the query") {
  Fixture f({alert("A"), recording("r", "vector(2)")});
  f.answers = {{1, answer({{"a", 1}})}, {2, answer({{"a", 1}})}};
  f.cancellation.deadline = std::chrono::steady_clock::now();
  f.evaluate();
  const GroupStatus status = f.run.status();
  CHECK(status.rules[0].health == Health::kError);
  CHECK(status.rules[0].last_error.starts_with("request timed out"));
  CHECK(status.rules[0].alerts.empty());
  CHECK(status.rules[1].health == Health::kOk);
}

TEST_CASE("a cancelled evaluation leaves no trace of the rules that did not run") {
  Fixture f({alert("A"), alert("B")});
  f.answers = {{1, answer({{"a", 1}})}};
  f.cancellation.cancelled = true;
  const Evaluated out = f.evaluate();
  CHECK(out.rules == 0);
  CHECK(f.run.status().rules[1].health == Health::kUnknown);
}
