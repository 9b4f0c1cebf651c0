#pragma once
#include <string>
#include <utility>
#include <vector>

#include "logql/template/alert_template.h"
#include "rules/alert_states.h"
#include "rules/query.h"
#include "rules/rule.h"

namespace sleipnir::rules {

/// What the templates of all rules see.
struct ExternalView {
  LabelSet labels;
  std::string url;
};

/// A rule's alerts, and how they come from an answer. One thread at a time.
class AlertingRule {
 public:
  /// Errors (kInvalid): a template that does not parse.
  static Result<AlertingRule> compile(const Rule& rule);

  /// One evaluation. A template that fails leaves `<error expanding template: …>` as its text. Errors: kExecution for two alerts of the same labels, which
  /// leave the alerts as they are, and for more than `limit` (0: any number), which ends them all; kTimeout, kCancelled while templates are expanded.
  Result<void> update(std::vector<VectorSample> answer, Nanos at, uint64_t limit, const ExternalView& external, const Cancellation& cancellation);

  /// ALERTS and ALERTS_FOR_STATE of the pending and firing ones.
  std::vector<VectorSample> series() const;

  AlertStates& states() { return states_; }
  const AlertStates& states() const { return states_; }

 private:
  using Templates = std::vector<std::pair<std::string, logql::AlertTemplate>>;
  static Result<Templates> compile(const std::string& alert, const LabelSet& texts);
  LabelSet labels_of(const LabelSet& sample, const logql::AlertData& data) const;

  std::string name_;
  AlertTimes times_;
  Templates labels_, annotations_;
  AlertStates states_;
};

}  // namespace sleipnir::rules
