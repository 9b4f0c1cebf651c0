// Rules and alerts as Prometheus shows them, and Grafana reads them: /prometheus/api/v1/rules and …/alerts (http-api.md §12.1)
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "api/handlers.h"
#include "base/number.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

using rules::Alert;
using rules::GroupStatus;
using rules::RuleStatus;

/// Of which rules the caller wants to hear.
struct Filter {
  std::string type;
  std::set<std::string> rule_names, groups, files;
  bool alerts = true;

  static Filter of(const Request& request) {
    const auto all = [&](const std::string& name) {
      std::set<std::string> values;
      for (const auto& [key, value] : request.params)
        if ((key == name || key == name + "[]") && !value.empty()) values.insert(value);
      return values;
    };
    return {to_lower(request.param("type")), all("rule_name"), all("rule_group"), all("file"), request.param("exclude_alerts") != "true"};
  }
  bool takes(const GroupStatus& group) const {
    return (groups.empty() || groups.contains(group.name)) && (files.empty() || files.contains(group.name_space));
  }
  bool takes(const RuleStatus& rule) const {
    return (type.empty() || (type == "alert") == rule.rule.alerting()) && (rule_names.empty() || rule_names.contains(rule.rule.name()));
  }
  bool everything() const { return type.empty() && rule_names.empty(); }
};

/// Text of JSON, with commas where they belong.
class Json {
 public:
  std::string take() { return std::move(out_); }
  Json& raw(std::string_view text) {
    out_ += text;
    return *this;
  }
  Json& item() {
    if (out_.back() != '[' && out_.back() != '{') out_ += ',';
    return *this;
  }
  Json& key(std::string_view name) {
    item();
    append_json_string(out_, name);
    return raw(":");
  }
  Json& text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value, true);
    return *this;
  }
  Json& number(std::string_view name, double value) { return key(name).raw(format_go_float(value, true)); }
  Json& seconds(std::string_view name, Nanos value) { return number(name, static_cast<double>(value) / 1e9); }
  /// Go's zero time where there is none.
  Json& time(std::string_view name, Nanos at) { return text(name, at == 0 ? "0001-01-01T00:00:00Z" : format_rfc3339(at, true)); }
  Json& labels(std::string_view name, const LabelSet& labels) {
    key(name).raw("{");
    for (const Label& label : labels) text(label.name, label.value);
    return raw("}");
  }

 private:
  std::string out_;
};

/// Go's FormatFloat(v, 'e', -1, 64)
std::string format_exponent(double v) {
  if (!std::isfinite(v)) return format_sample(v);
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::scientific).ptr};
}

void append(Json& json, const Alert& alert) {
  json.item().raw("{").labels("labels", alert.labels).labels("annotations", alert.annotations).text("state", to_string(alert.state));
  json.time("activeAt", alert.active_at);
  if (alert.keep_firing_since != 0) json.time("keepFiringSince", alert.keep_firing_since);
  json.text("value", format_exponent(alert.value)).raw("}");
}

void append_alerts(Json& json, const std::vector<Alert>& alerts) {
  for (const Alert& alert : alerts) append(json, alert);
}

std::string_view name_of(rules::Health health) {
  return health == rules::Health::kOk ? "ok" : health == rules::Health::kError ? "err" : "unknown";
}

void append(Json& json, const RuleStatus& status, bool alerts) {
  const rules::Rule& rule = status.rule;
  json.item().raw("{");
  if (rule.alerting()) json.text("state", to_string(status.state));
  json.text("name", rule.name()).text("query", rule.expr);
  if (rule.alerting()) {
    json.seconds("duration", rule.hold);
    if (rule.keep_firing != 0) json.seconds("keepFiringFor", rule.keep_firing);
  }
  json.labels("labels", rule.labels);
  if (rule.alerting()) {
    json.labels("annotations", rule.annotations).key("alerts").raw("[");
    if (alerts) append_alerts(json, status.alerts);
    json.raw("]");
  }
  json.text("health", name_of(status.health)).text("lastError", status.last_error).text("type", rule.alerting() ? "alerting" : "recording");
  json.time("lastEvaluation", status.last_evaluation).seconds("evaluationTime", status.evaluation_time).raw("}");
}

void append(Json& json, const GroupStatus& group, const Filter& filter) {
  const bool any = std::any_of(group.rules.begin(), group.rules.end(), [&](const RuleStatus& rule) { return filter.takes(rule); });
  if (!filter.takes(group) || (!any && !filter.everything())) return;
  json.item().raw("{").text("name", group.name).text("file", group.name_space).key("rules").raw("[");
  for (const RuleStatus& rule : group.rules)
    if (filter.takes(rule)) append(json, rule, filter.alerts);
  json.raw("]").seconds("interval", group.interval).number("limit", static_cast<double>(group.limit));
  json.time("lastEvaluation", group.last_evaluation).seconds("evaluationTime", group.evaluation_time).raw("}");
}

void answer(Response& response, std::string_view name, std::string items) {
  response.set("application/json", "{\"status\":\"success\",\"data\":{\"" + std::string(name) + "\":" + items + "},\"errorType\":\"\",\"error\":\"\"}");
}

}  // namespace

void rules_status(Service& service, const std::string& tenant, Request& request, Response& response) {
  const Filter filter = Filter::of(request);
  if (!filter.type.empty() && filter.type != "alert" && filter.type != "record") {
    Json json;
    json.raw(R"({"status":"error","data":null,"errorType":"bad_data")").text("error", "not supported value " + go_quote(filter.type)).raw("}");
    response.status = 400;
    return response.set("application/json", json.take());
  }
  Json json;
  json.raw("[");
  for (const auto& group : service.ruler.status(tenant)) append(json, *group, filter);
  answer(response, "groups", json.raw("]").take());
}

void alerts_status(Service& service, const std::string& tenant, Request&, Response& response) {
  Json json;
  json.raw("[");
  for (const auto& group : service.ruler.status(tenant))
    for (const RuleStatus& rule : group->rules) append_alerts(json, rule.alerts);
  answer(response, "alerts", json.raw("]").take());
}

}  // namespace sleipnir::api
