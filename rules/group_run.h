#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "logql/syntax/parse.h"
#include "rules/alerting_rule.h"
#include "rules/group_key.h"
#include "rules/query.h"
#include "rules/series_memory.h"
#include "rules/status.h"

namespace sleipnir::rules {

struct RunOptions {
  Nanos interval = kMinute;      ///< of groups that name none
  Nanos resend_delay = kMinute;  ///< between two messages about an alert that goes on
  ExternalView external;
  logql::ParseOptions parse;
};

/// An alert that receivers must hear of, and the query behind it.
struct Notification {
  Alert alert;
  std::string expr;
};

/// What one evaluation of a group brings.
struct Evaluated {
  Nanos at = 0;
  std::vector<Notification> notifications;
  std::vector<VectorSample> samples;   ///< series to be written, with marks at the end of those that are over
  uint64_t rules = 0, failures = 0;
};

/// The alerts of a group's rules, resolved ones included, each under its rule's identity: name and labels, and which one of those that share them.
using RuleAlerts = std::map<std::string, std::vector<Alert>>;

/// More or less often than this no group is evaluated.
inline constexpr Nanos kShortestInterval = kSecond, kLongestInterval = 365 * kDay;

/// A group with all that its evaluations leave behind. One thread at a time.
class GroupRun {
 public:
  GroupRun(GroupKey key, RuleGroup group, const RunOptions& options);

  /// Goes on with other rules. A rule of the same identity keeps its alerts.
  void adopt(RuleGroup group);
  void restore(RuleAlerts alerts);
  RuleAlerts alerts() const;

  /// All rules in order, at the instant `at`. A rule that fails says so in its status, and the others go on; when cancelled, the rest is left out.
  Evaluated evaluate(Nanos at, const Query& query, Cancellation& cancellation);
  /// Stale marks for all series that were written: the group ends.
  std::vector<VectorSample> end_series();

  GroupStatus status() const;
  Nanos interval() const { return std::clamp(group_.interval != 0 ? group_.interval : options_.interval, kShortestInterval, kLongestInterval); }

 private:
  struct LiveRule {
    Rule rule;
    std::string identity;
    logql::ExprPtr expr;
    std::optional<AlertingRule> alerting;
    Result<void> compiled;
    SeriesMemory series;
    RuleStatus status;  // without rule, state and alerts, which are looked up
  };

  LiveRule compile(Rule rule, std::string identity) const;
  Result<void> evaluate(LiveRule& rule, Nanos at, const Query& query, Cancellation& cancellation, Evaluated& out) const;

  const GroupKey key_;
  const RunOptions& options_;
  RuleGroup group_;
  std::vector<LiveRule> rules_;
  Nanos last_evaluation_ = 0, evaluation_time_ = 0;
};

}  // namespace sleipnir::rules
