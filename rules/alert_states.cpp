#include "rules/alert_states.h"

#include <algorithm>
#include <set>

namespace sleipnir::rules {
namespace {

/// The condition holds.
void found_again(Alert& alert, Alert found, Nanos at) {
  if (alert.state == AlertState::kInactive) alert = {.labels = found.labels, .active_at = at};
  alert.annotations = std::move(found.annotations);
  alert.value = found.value;
  alert.keep_firing_since = 0;
}

/// The condition does not hold. False: forget the alert.
bool not_found(Alert& alert, Nanos at, const AlertTimes& times) {
  if (alert.state == AlertState::kPending) return false;
  if (alert.state == AlertState::kInactive) return at - alert.resolved_at <= AlertStates::kResolvedRetention;
  if (times.keep_firing > 0) {
    if (alert.keep_firing_since == 0) alert.keep_firing_since = at;
    if (at - alert.keep_firing_since < times.keep_firing) return true;
  }
  alert.state = AlertState::kInactive;
  alert.resolved_at = at;
  return true;
}

void fire_when_held(Alert& alert, Nanos at, const AlertTimes& times) {
  if (alert.state != AlertState::kPending || at - alert.active_at < times.hold) return;
  alert.state = AlertState::kFiring;
  alert.fired_at = at;
}

bool due(const Alert& alert, Nanos at, Nanos resend_delay) {
  if (alert.state == AlertState::kPending) return false;
  if (alert.sent_at == 0 || alert.resolved_at > alert.sent_at) return true;
  return alert.sent_at + resend_delay <= at;
}

}  // namespace

void AlertStates::update(std::vector<Alert> found, Nanos at, const AlertTimes& times) {
  std::set<LabelSet> present;
  for (Alert& alert : found) {
    present.insert(alert.labels);
    const auto [known, is_new] = alerts_.try_emplace(alert.labels);
    if (is_new) known->second = {.labels = alert.labels, .active_at = at};
    found_again(known->second, std::move(alert), at);
  }
  for (auto known = alerts_.begin(); known != alerts_.end();) {
    if (present.contains(known->first) || not_found(known->second, at, times)) {
      fire_when_held(known->second, at, times);
      ++known;
    } else {
      known = alerts_.erase(known);
    }
  }
}

std::vector<Alert> AlertStates::take_due(Nanos at, Nanos resend_delay, Nanos valid_for) {
  std::vector<Alert> out;
  for (auto& [labels, alert] : alerts_) {
    if (!due(alert, at, resend_delay)) continue;
    alert.sent_at = at;
    alert.valid_until = at + valid_for;
    out.push_back(alert);
  }
  return out;
}

std::vector<Alert> AlertStates::active() const {
  std::vector<Alert> out;
  for (const auto& [labels, alert] : alerts_)
    if (alert.state != AlertState::kInactive) out.push_back(alert);
  return out;
}

AlertState AlertStates::state() const {
  AlertState furthest = AlertState::kInactive;
  for (const auto& [labels, alert] : alerts_) furthest = std::max(furthest, alert.state);
  return furthest;
}

std::vector<Alert> AlertStates::all() const {
  std::vector<Alert> out;
  for (const auto& [labels, alert] : alerts_) out.push_back(alert);
  return out;
}

void AlertStates::restore(std::vector<Alert> alerts) {
  for (Alert& alert : alerts) {
    LabelSet labels = alert.labels;
    alerts_.insert_or_assign(std::move(labels), std::move(alert));
  }
}

}  // namespace sleipnir::rules
