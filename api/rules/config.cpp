// Rules as YAML: /loki/api/v1/rules and /api/prom/rules (http-api.md §12.2)
#include <algorithm>

#include "api/handlers.h"
#include "rules/rule_yaml.h"
#include "rules/validate.h"

namespace sleipnir::api {
namespace {

void answer_yaml(Response& response, std::string yaml) { response.set("application/yaml", std::move(yaml)); }

void answer_done(Response& response, const Result<void>& done) {
  if (!done) return answer_text(response, http_status(done.error().kind), done.error().message);
  response.status = 202;
  response.set("application/json", R"({"status":"success","data":null,"errorType":"","error":""})");
}

Result<void> check_limits(const Limits& limits, const rules::Namespaces& present, const std::string& name_space, const rules::RuleGroup& group) {
  const auto exceeded = [](std::string_view what, uint64_t limit, uint64_t actual) {
    return invalid("per-user " + std::string(what) + " limit (limit: " + std::to_string(limit) + " actual: " + std::to_string(actual) + ") exceeded");
  };
  if (const uint64_t most = limits.ruler_max_rules_per_rule_group; most != 0 && group.rules.size() > most)
    return exceeded("rules per rule group", most, group.rules.size());
  uint64_t groups = 1;
  for (const auto& [name, all] : present)
    groups += static_cast<uint64_t>(std::count_if(all.begin(), all.end(), [&, &name = name](const auto& g) { return name != name_space || g.name != group.name; }));
  if (const uint64_t most = limits.ruler_max_rule_groups_per_tenant; most != 0 && groups > most) return exceeded("rule groups", most, groups);
  return {};
}

Result<void> set_group(Service& service, const std::string& tenant, const std::string& name_space, const std::string& yaml) {
  auto group = rules::read_group(yaml);
  if (!group) return invalid("unable to decoded rule group");
  if (auto ok = rules::validate({*group}, {.strict = service.config.strict}); !ok) return ok;
  if (auto ok = check_limits(service.config.limits, service.ruler.list(tenant), name_space, *group); !ok) return ok;
  return service.ruler.set_group(tenant, name_space, std::move(*group));
}

}  // namespace

void list_rules(Service& service, const std::string& tenant, Request& request, Response& response) {
  rules::Namespaces found = service.ruler.list(tenant);
  if (!request.path_values.empty()) std::erase_if(found, [&](const auto& item) { return item.first != request.path_values[0]; });
  if (found.empty()) return answer_text(response, 404, "no rule groups found");
  answer_yaml(response, rules::write_namespaces(found));
}

void get_rule_group(Service& service, const std::string& tenant, Request& request, Response& response) {
  const rules::Namespaces all = service.ruler.list(tenant);
  if (const auto found = all.find(request.path_values[0]); found != all.end())
    for (const rules::RuleGroup& group : found->second)
      if (group.name == request.path_values[1]) return answer_yaml(response, rules::write_group(group));
  answer_text(response, 404, "group does not exist");
}

void set_rule_group(Service& service, const std::string& tenant, Request& request, Response& response) {
  answer_done(response, set_group(service, tenant, request.path_values[0], request.body));
}

void delete_rule_group(Service& service, const std::string& tenant, Request& request, Response& response) {
  answer_done(response, service.ruler.remove_group(tenant, request.path_values[0], request.path_values[1]));
}

void delete_rule_namespace(Service& service, const std::string& tenant, Request& request, Response& response) {
  answer_done(response, service.ruler.remove_namespace(tenant, request.path_values[0]));
}

}  // namespace sleipnir::api
