#pragma once
// The life of a rule's alerts: nothing → pending → firing → resolved → forgotten.
#include <map>
#include <vector>

#include "rules/alert.h"

namespace sleipnir::rules {

struct AlertTimes {
  Nanos hold = 0;          ///< the rule's `for`
  Nanos keep_firing = 0;   ///< and `keep_firing_for`
};

/// One thread at a time.
class AlertStates {
 public:
  /// A resolved alert is remembered, and sent again, for this long: a receiver that was away still hears of it.
  static constexpr Nanos kResolvedRetention = 15 * kMinute;

  /// What an evaluation found: labels, annotations and value; the other members are ignored. Label sets must be distinct.
  void update(std::vector<Alert> found, Nanos at, const AlertTimes& times);
  /// A rule that breaks its limit has no alerts.
  void clear() { alerts_.clear(); }

  /// The alerts that must be sent at `at`: fired or resolved since they were sent last, or sent longer ago than `resend_delay`. They count as sent, and
  /// are valid for `valid_for`.
  std::vector<Alert> take_due(Nanos at, Nanos resend_delay, Nanos valid_for);

  /// Pending and firing ones, by labels.
  std::vector<Alert> active() const;
  AlertState state() const;  ///< of the one that is furthest

  /// With resolved ones: what a later process must know to go on.
  std::vector<Alert> all() const;
  void restore(std::vector<Alert> alerts);

 private:
  std::map<LabelSet, Alert> alerts_;
};

}  // namespace sleipnir::rules
