#include "rules/alerting_rule.h"

#include <set>

namespace sleipnir::rules {
namespace {

std::string expand(const logql::AlertTemplate& text, const logql::AlertData& data) {
  auto expanded = text.execute(data);
  return expanded ? std::move(*expanded) : "<error expanding template: " + expanded.error().message + ">";
}

}  // namespace

Result<AlertingRule::Templates> AlertingRule::compile(const std::string& alert, const LabelSet& texts) {
  Templates templates;
  for (const Label& text : texts) {
    auto compiled = logql::AlertTemplate::compile(alert, text.value);
    if (!compiled) return compiled.error();
    templates.emplace_back(text.name, std::move(*compiled));
  }
  return templates;
}

Result<AlertingRule> AlertingRule::compile(const Rule& rule) {
  AlertingRule made;
  made.name_ = rule.alert;
  made.times_ = {.hold = rule.hold, .keep_firing = rule.keep_firing};
  for (const auto& [texts, templates] : {std::pair(&rule.labels, &made.labels_), std::pair(&rule.annotations, &made.annotations_)}) {
    auto compiled = compile(rule.alert, *texts);
    if (!compiled) return compiled.error();
    *templates = std::move(*compiled);
  }
  return made;
}

LabelSet AlertingRule::labels_of(const LabelSet& sample, const logql::AlertData& data) const {
  LabelSet labels = sample;
  labels.erase("__name__");
  for (const auto& [name, text] : labels_) {
    const std::string value = expand(text, data);
    if (value.empty()) labels.erase(name);
    else labels.set(name, value);
  }
  labels.set("alertname", name_);
  return labels;
}

Result<void> AlertingRule::update(std::vector<VectorSample> answer, Nanos at, uint64_t limit, const ExternalView& external, const Cancellation& cancellation) {
  std::vector<Alert> found;
  std::set<LabelSet> distinct;
  for (const VectorSample& sample : answer) {
    if (auto ok = cancellation.check(); !ok) return ok;
    const logql::AlertData data{.labels = sample.labels, .value = sample.value, .external_labels = external.labels, .external_url = external.url};
    Alert alert{.labels = labels_of(sample.labels, data), .value = sample.value};
    for (const auto& [name, text] : annotations_) alert.annotations.set(name, expand(text, data));
    if (!distinct.insert(alert.labels).second)
      return Error{ErrorKind::kExecution, "vector contains metrics with the same labelset after applying alert labels"};
    found.push_back(std::move(alert));
  }
  states_.update(std::move(found), at, times_);
  if (const size_t active = states_.active().size(); limit != 0 && active > limit) {
    states_.clear();
    return Error{ErrorKind::kExecution, "exceeded limit of " + std::to_string(limit) + " with " + std::to_string(active) + " alerts"};
  }
  return {};
}

std::vector<VectorSample> AlertingRule::series() const {
  std::vector<VectorSample> out;
  for (const Alert& alert : states_.active()) {
    LabelSet labels = alert.labels;
    labels.set("__name__", "ALERTS_FOR_STATE");
    out.push_back({labels, static_cast<double>(alert.active_at / kSecond)});
    labels.set("__name__", "ALERTS");
    labels.set("alertstate", to_string(alert.state));
    out.push_back({std::move(labels), 1});
  }
  return out;
}

}  // namespace sleipnir::rules
