#include "rules/alert_states.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace sleipnir;
using namespace sleipnir::rules;

namespace {

/// One evaluation a second; the text says at each second which alerts the condition holds for: `a ab -` is a, then a and b, then none.
class Life {
 public:
  Life(Nanos hold, Nanos keep_firing) : times_{hold, keep_firing} {}

  /// States after each evaluation: `a:firing b:pending`, joined by ` | `.
  std::string run(const std::string& text) {
    std::istringstream in(text);
    std::string out;
    for (std::string found; in >> found; now_ += kSecond) {
      states_.update(alerts(found), now_, times_);
      out += (out.empty() ? "" : " | ") + shown();
    }
    return out;
  }

  AlertStates& states() { return states_; }
  Nanos last() const { return now_ - kSecond; }

 private:
  static std::vector<Alert> alerts(const std::string& names) {
    std::vector<Alert> out;
    for (const char c : names)
      if (c != '-') out.push_back({.labels = {{"n", std::string(1, c)}}, .value = 7});
    return out;
  }
  std::string shown() const {
    std::string out;
    for (const Alert& alert : states_.active()) (out += out.empty() ? "" : " ") += std::string(alert.labels.get("n")) + ":" + std::string(to_string(alert.state));
    return out.empty() ? "none" : out;
  }

  AlertTimes times_;
  AlertStates states_;
  Nanos now_ = 1000 * kSecond;
};

}  // namespace

TEST_CASE("pending, firing, gone") {
  const auto f = [](Nanos hold, Nanos keep, const char* found, const char* want) { CHECK(Life(hold * kSecond, keep * kSecond).run(found) == want); };
  f(0, 0, "a - a", "a:firing | none | a:firing");
  f(2, 0, "a a a a -", "a:pending | a:pending | a:firing | a:firing | none");
  f(2, 0, "a a - a a a", "a:pending | a:pending | none | a:pending | a:pending | a:firing");
  f(1, 0, "a ab ab b", "a:pending | a:firing b:pending | a:firing b:firing | b:firing");
  f(0, 2, "a - - - -", "a:firing | a:firing | a:firing | none | none");
  f(0, 2, "a - a - - -", "a:firing | a:firing | a:firing | a:firing | a:firing | none");
  f(1, 5, "a - a", "a:pending | none | a:pending");
}

TEST_CASE("the state of a rule is that of its furthest alert") {
  const auto f = [](const char* found, AlertState want) {
    Life life(2 * kSecond, 0);
    life.run(found);
    CHECK(life.states().state() == want);
  };
  f("-", AlertState::kInactive);
  f("a", AlertState::kPending);
  f("a a ab", AlertState::kFiring);
  f("a a a -", AlertState::kInactive);
}

TEST_CASE("what is sent") {
  Life life(kSecond, 0);
  const auto sent = [&](const char* found) {
    life.run(found);
    std::string out;
    for (const Alert& alert : life.states().take_due(life.last(), 2 * kSecond, 8 * kSecond))
      out += std::string(alert.labels.get("n")) + (alert.state == AlertState::kInactive ? "-" : "+");
    return out;
  };
  CHECK(sent("a") == "");       // pending
  CHECK(sent("a") == "a+");     // fired
  CHECK(sent("a") == "");
  CHECK(sent("ab") == "a+");    // again, after the delay
  CHECK(sent("ab") == "b+");
  CHECK(sent("b") == "a-");     // resolved: at once
  CHECK(sent("b") == "b+");
  CHECK(sent("b") == "a-");     // resolved ones are sent again as well
  CHECK(sent("ab") == "b+");    // a is pending, and new
  CHECK(sent("ab") == "a+");
}

TEST_CASE("times of an alert") {
  Life life(kSecond, 0);
  life.run("a a");
  Alert alert = life.states().take_due(life.last(), kMinute, kHour).at(0);
  CHECK(alert.active_at == 1000 * kSecond);
  CHECK(alert.fired_at == 1001 * kSecond);
  CHECK(alert.valid_until == 1001 * kSecond + kHour);
  CHECK(alert.value == 7);
  life.run("-");
  alert = life.states().take_due(life.last(), kMinute, kHour).at(0);
  CHECK(alert.fired_at == 1001 * kSecond);
  CHECK(alert.resolved_at == 1002 * kSecond);
}

TEST_CASE("resolved alerts are forgotten in the end, pending ones at once") {
  Life life(0, 0);
  life.run("a -");
  CHECK(life.states().all().size() == 1);
  life.states().update({}, life.last() + AlertStates::kResolvedRetention, {});
  CHECK(life.states().all().size() == 1);
  life.states().update({}, life.last() + AlertStates::kResolvedRetention + kSecond, {});
  CHECK(life.states().all().empty());
  Life pending(kHour, 0);
  pending.run("a -");
  CHECK(pending.states().all().empty());
}

TEST_CASE("restored alerts go on") {
  Life life(kHour, 0);
  life.states().restore({{.state = AlertState::kFiring, .labels = {{"n", "a"}}, .active_at = 5, .fired_at = 6}, {.labels = {{"n", "b"}}, .active_at = 7}});
  CHECK(life.run("ab") == "a:firing b:pending");
  CHECK(life.states().take_due(life.last(), kMinute, kHour).at(0).fired_at == 6);
  CHECK(life.run("-") == "none");
}
