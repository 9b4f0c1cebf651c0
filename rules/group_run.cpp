#include "rules/group_run.h"

#include <algorithm>
#include <chrono>

#include "rules/recording_rule.h"

namespace sleipnir::rules {
namespace {

/// Receivers take an alert for resolved when they have heard nothing of it for as long as this many evaluations, or resends, take.
constexpr int kMissedMessages = 4;

std::vector<std::string> identities(const std::vector<Rule>& rules) {
  std::map<std::string, int> seen;
  std::vector<std::string> out;
  for (const Rule& rule : rules) {
    const std::string name = rule.name() + rule.labels.to_string();
    out.push_back(name + "#" + std::to_string(seen[name]++));
  }
  return out;
}

Nanos since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begun).count();
}

}  // namespace

GroupRun::GroupRun(GroupKey key, RuleGroup group, const RunOptions& options) : key_(std::move(key)), options_(options) { adopt(std::move(group)); }

GroupRun::LiveRule GroupRun::compile(Rule rule, std::string identity) const {
  LiveRule live{.rule = std::move(rule), .identity = std::move(identity)};
  if (auto parsed = logql::parse(live.rule.expr, options_.parse); parsed) live.expr = std::move(*parsed);
  else live.compiled = parsed.error();
  if (!live.rule.alerting()) return live;
  if (auto alerting = AlertingRule::compile(live.rule); alerting) live.alerting = std::move(*alerting);
  else live.compiled = alerting.error();
  return live;
}

void GroupRun::adopt(RuleGroup group) {
  group_ = std::move(group);
  std::vector<LiveRule> before = std::exchange(rules_, {});
  const std::vector<std::string> names = identities(group_.rules);
  for (size_t i = 0; i < names.size(); ++i) {
    LiveRule live = compile(group_.rules[i], names[i]);
    const auto same = std::find_if(before.begin(), before.end(), [&](const LiveRule& r) { return r.identity == live.identity; });
    if (same != before.end()) {
      live.status = std::move(same->status);
      live.series = std::exchange(same->series, {});
      if (live.alerting && same->alerting) live.alerting->states() = std::move(same->alerting->states());
    }
    rules_.push_back(std::move(live));
  }
}

void GroupRun::restore(RuleAlerts alerts) {
  for (LiveRule& live : rules_)
    if (const auto saved = alerts.find(live.identity); saved != alerts.end() && live.alerting) live.alerting->states().restore(std::move(saved->second));
}

RuleAlerts GroupRun::alerts() const {
  RuleAlerts out;
  for (const LiveRule& live : rules_)
    if (live.alerting)
      if (auto alerts = live.alerting->states().all(); !alerts.empty()) out[live.identity] = std::move(alerts);
  return out;
}

Result<void> GroupRun::evaluate(LiveRule& live, Nanos at, const Query& query, Cancellation& cancellation, Evaluated& out) const {
  if (!live.compiled) return live.compiled;
  auto answer = query(key_.tenant, *live.expr, at, cancellation);
  if (!answer) return answer.error();
  std::vector<VectorSample> series;
  if (live.alerting) {
    if (auto done = live.alerting->update(std::move(*answer), at, group_.limit, options_.external, cancellation); !done) return done;
    const Nanos valid_for = kMissedMessages * std::max(interval(), options_.resend_delay);
    for (Alert& alert : live.alerting->states().take_due(at, options_.resend_delay, valid_for)) out.notifications.push_back({std::move(alert), live.rule.expr});
    series = live.alerting->series();
  } else {
    auto recorded = record(live.rule, std::move(*answer), group_.limit);
    if (!recorded) return recorded.error();
    series = std::move(*recorded);
  }
  for (VectorSample& sample : live.series.mark_ended(std::move(series))) out.samples.push_back(std::move(sample));
  return {};
}

Evaluated GroupRun::evaluate(Nanos at, const Query& query, Cancellation& cancellation) {
  Evaluated out{.at = at};
  const auto begun = std::chrono::steady_clock::now();
  for (LiveRule& live : rules_) {
    const auto rule_begun = std::chrono::steady_clock::now();
    auto done = evaluate(live, at, query, cancellation, out);
    if (cancellation.cancelled) return out;
    ++out.rules;
    if (!done) ++out.failures;
    live.status.health = done ? Health::kOk : Health::kError;
    live.status.last_error = done ? "" : done.error().message;
    live.status.last_evaluation = at;
    live.status.evaluation_time = since(rule_begun);
  }
  last_evaluation_ = at;
  evaluation_time_ = since(begun);
  return out;
}

std::vector<VectorSample> GroupRun::end_series() {
  std::vector<VectorSample> out;
  for (LiveRule& live : rules_)
    for (VectorSample& sample : live.series.mark_ended({})) out.push_back(std::move(sample));
  return out;
}

GroupStatus GroupRun::status() const {
  GroupStatus status{.name_space = key_.name_space, .name = group_.name, .interval = interval(), .limit = group_.limit,
                     .last_evaluation = last_evaluation_, .evaluation_time = evaluation_time_};
  for (const LiveRule& live : rules_) {
    RuleStatus rule = live.status;
    rule.rule = live.rule;
    if (live.alerting) {
      rule.state = live.alerting->states().state();
      rule.alerts = live.alerting->states().active();
    }
    status.rules.push_back(std::move(rule));
  }
  return status;
}

}  // namespace sleipnir::rules
