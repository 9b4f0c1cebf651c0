#include "rules/alert_memory.h"

#include <doctest/doctest.h>

#include "folder.h"

using namespace sleipnir;
using namespace sleipnir::rules;
using sleipnir::rules::testing::Folder;

namespace {

const GroupKey kGroup{"t", "n \"1\"", "g"};
constexpr Nanos kNow = 1'700'000'000 * kSecond;

RuleAlerts alerts() {
  return {{"A{}#0",
           {{.state = AlertState::kPending, .labels = {{"a", "1"}}, .active_at = kNow - kMinute},
            {.state = AlertState::kFiring, .labels = {{"a", "2"}}, .active_at = kNow - kHour, .fired_at = kNow - kMinute, .keep_firing_since = kNow - kSecond},
            {.state = AlertState::kInactive, .labels = {{"a", "3\n\xff"}}, .active_at = 1, .fired_at = 2, .resolved_at = kNow}}}};
}

std::string shown(const RuleAlerts& rules) {
  std::string out;
  for (const auto& [rule, list] : rules) {
    out += rule + ":";
    for (const Alert& a : list)
      out += " " + std::string(a.labels.get("a").substr(0, 1)) + "=" + std::string(to_string(a.state)) + "@" + std::to_string((a.active_at - kNow) / kSecond);
  }
  return out;
}

}  // namespace

TEST_CASE("alerts outlive the process") {
  const Folder folder;
  REQUIRE(AlertMemory(folder.path, kHour, kNow).keep(kGroup, alerts(), kNow).ok());
  AlertMemory memory(folder.path, kHour, kNow + 10 * kSecond);
  const RuleAlerts back = memory.take(kGroup);
  CHECK(shown(back) == "A{}#0: 1=pending@-50 2=firing@-3600 3=inactive@-1699999999");
  CHECK(back.at("A{}#0")[1].fired_at == kNow - kMinute);
  CHECK(back.at("A{}#0")[1].keep_firing_since == kNow - kSecond);
  CHECK(back.at("A{}#0")[2].resolved_at == kNow);
  CHECK(memory.take(kGroup).empty());
}

TEST_CASE("after a long time, or when damaged, alerts begin anew") {
  const Folder folder;
  REQUIRE(AlertMemory(folder.path, kHour, kNow).keep(kGroup, alerts(), kNow).ok());
  CHECK(AlertMemory(folder.path, kHour, kNow + 2 * kHour).take(kGroup).empty());
  const auto f = [&](std::string_view text) {
    folder.write("t/alerts.json", text);
    CHECK(AlertMemory(folder.path, kHour, kNow).take(kGroup).empty());
  };
  f("");
  f("[]");
  f(R"({"version":2,"saved_at":0,"groups":[]})");
  f(R"({"version":1,"saved_at":"x","groups":[]})");
  f(R"({"version":1,"saved_at":1700000000000000000,"groups":[{"namespace":"n \"1\"","group":"g","rules":{"A":[{}]}}]})");
}

TEST_CASE("only changes are written, and a sign of life each minute") {
  const Folder folder;
  AlertMemory memory(folder.path, kHour, kNow);
  const auto f = [&](const RuleAlerts& rules, Nanos at, bool written) {
    folder.write("t/alerts.json", "");
    REQUIRE(memory.keep(kGroup, rules, at).ok());
    CHECK(folder.read("t/alerts.json").empty() != written);
  };
  RuleAlerts rules = alerts();
  f({}, kNow, false);
  f(rules, kNow, true);
  rules.begin()->second[1].value = 5;
  rules.begin()->second[1].sent_at = kNow;
  f(rules, kNow + kSecond, false);
  f(rules, kNow + kMinute, true);
  rules.begin()->second[1].state = AlertState::kInactive;
  f(rules, kNow + kMinute, true);
  f({}, kNow + kMinute, true);
  f({}, kNow + kHour, false);
}

TEST_CASE("groups that are gone are forgotten") {
  const Folder folder;
  REQUIRE(AlertMemory(folder.path, kHour, kNow).keep(kGroup, alerts(), kNow).ok());
  const GroupKey other{"t", "n", "other"};
  {
    AlertMemory memory(folder.path, kHour, kNow);
    REQUIRE(memory.keep(other, alerts(), kNow).ok());  // before anybody took the first
  }
  AlertMemory memory(folder.path, kHour, kNow);
  CHECK_FALSE(memory.take(kGroup).empty());
  memory.forget_the_rest();
  REQUIRE(memory.keep(kGroup, {}, kNow).ok());
  AlertMemory last(folder.path, kHour, kNow);
  CHECK(last.take(kGroup).empty());
  CHECK(last.take(other).empty());
}
