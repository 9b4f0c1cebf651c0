#include "rules/validate.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "logql/template/alert_template.h"

namespace sleipnir::rules {
namespace {

bool is_name(std::string_view name, bool colons) {
  const auto first = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (colons && c == ':'); };
  return !name.empty() && first(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) { return first(c) || (c >= '0' && c <= '9'); });
}

Result<void> check_kind(const Rule& rule) {
  if (!rule.record.empty() && !rule.alert.empty()) return invalid("only one of 'record' and 'alert' must be set");
  if (rule.record.empty() && rule.alert.empty()) return invalid("one of 'record' or 'alert' must be set");
  return {};
}

Result<void> check_expression(const Rule& rule, const std::string& group, logql::ParseOptions options) {
  if (rule.expr.empty()) return invalid("field 'expr' must be set in rule");
  auto parsed = logql::parse(rule.expr, options);
  if (parsed) return {};
  return invalid(std::string("could not parse expression for ") + (rule.alerting() ? "alert" : "record") + " '" + rule.name() + "' in group '" + group +
                 "': " + parsed.error().message);
}

Result<void> check_recording(const Rule& rule) {
  if (!rule.annotations.empty()) return invalid("invalid field 'annotations' in recording rule");
  if (rule.hold != 0) return invalid("invalid field 'for' in recording rule");
  if (rule.keep_firing != 0) return invalid("invalid field 'keep_firing_for' in recording rule");
  if (!is_metric_name(rule.record)) return invalid("invalid recording rule name: " + rule.record);
  return {};
}

Result<void> check_names(const Rule& rule) {
  for (const Label& label : rule.labels) {
    if (!is_label_name(label.name) || label.name == "__name__") return invalid("invalid label name: " + label.name);
    if (!valid_utf8(label.value)) return invalid("invalid label value: " + label.value);
  }
  for (const Label& annotation : rule.annotations)
    if (!is_label_name(annotation.name)) return invalid("invalid annotation name: " + annotation.name);
  return {};
}

Result<void> check_templates(const Rule& rule) {
  const auto check = [&](std::string_view what, const LabelSet& texts) -> Result<void> {
    for (const Label& text : texts)
      if (auto compiled = logql::AlertTemplate::compile(rule.alert, text.value); !compiled)
        return invalid(std::string(what) + " " + go_quote(text.name) + ": " + compiled.error().message);
    return {};
  };
  if (auto ok = check("label", rule.labels); !ok) return ok;
  return check("annotation", rule.annotations);
}

Result<void> check_rule(const Rule& rule, const std::string& group, logql::ParseOptions options) {
  if (auto ok = check_kind(rule); !ok) return ok;
  if (auto ok = check_expression(rule, group, options); !ok) return ok;
  if (!rule.alerting())
    if (auto ok = check_recording(rule); !ok) return ok;
  if (auto ok = check_names(rule); !ok) return ok;
  if (rule.alerting()) return check_templates(rule);
  return {};
}

}  // namespace

bool is_metric_name(std::string_view name) { return is_name(name, true); }
bool is_label_name(std::string_view name) { return is_name(name, false); }

Result<void> validate(const std::vector<RuleGroup>& groups, logql::ParseOptions options) {
  std::string mistakes;
  const auto note = [&](const std::string& mistake) { mistakes += (mistakes.empty() ? "" : ", ") + mistake; };
  std::set<std::string_view> names;
  for (size_t i = 0; i < groups.size(); ++i) {
    const RuleGroup& group = groups[i];
    if (group.name.empty()) note("group " + std::to_string(i) + ": Groupname must not be empty");
    if (!names.insert(group.name).second) note("groupname: \"" + group.name + "\" is repeated in the same file");
    for (const Rule& rule : group.rules)
      if (auto ok = check_rule(rule, group.name, options); !ok) note(ok.error().message);
  }
  if (!mistakes.empty()) return invalid(std::move(mistakes));
  return {};
}

}  // namespace sleipnir::rules
