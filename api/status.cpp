// Administrative endpoints (http-api.md §13)
#include <algorithm>
#include <map>

#include "api/query/encode.h"
#include "api/handlers.h"
#include "api/ingest/otlp_mapping.h"
#include "api/config/limits_table.h"
#include "api/http/split.h"
#include "api/version.h"
#include "base/number.h"
#include "base/text.h"
#include "spdlog/spdlog.h"

namespace sleipnir::api {

void ready(Service&, Request&, Response& response) { response.set(std::string(kPlain), "ready\n"); }

void buildinfo(Service&, Request&, Response& response) {
  response.set("application/json", "{\"version\":\"" + std::string(kLokiVersion) + "\",\"revision\":\"sleipnir-" + kVersion +
                                       "\",\"branch\":\"main\",\"buildUser\":\"\",\"buildDate\":\"\",\"goVersion\":\"\"}\n");
}

namespace {

/// The lines of `yaml` that differ from those of `defaults`, which has the same keys, each below its section.
std::string difference(std::string_view yaml, std::string_view defaults) {
  std::vector<std::string_view> usual;
  each_part(defaults, '\n', [&](std::string_view line) { usual.push_back(line); });
  std::string out;
  std::string_view section;
  size_t i = 0;
  each_part(yaml, '\n', [&](std::string_view line) {
    if (line.ends_with(':')) section = line;
    if (i < usual.size() && line != usual[i]) {
      if (line.starts_with(' ') && !section.empty()) out.append(std::exchange(section, {})) += '\n';
      out.append(line) += '\n';
    }
    ++i;
  });
  return out;
}

}  // namespace

void show_config(Service& service, Request& request, Response& response) {
  const std::string_view mode = request.param("mode");
  Config defaults;
  defaults.limits = service.config.strict ? Limits::loki() : Limits::roomy();
  const std::string yaml = config_yaml(service.config), usual = config_yaml(defaults);
  response.set(std::string(kPlain), mode == "defaults" ? usual : mode == "diff" ? difference(yaml, usual) : yaml);
}

void services(Service&, Request&, Response& response) { response.set(std::string(kPlain), "server => Running\nstore => Running\n"); }

void log_level(Service&, Request& request, Response& response) {
  using Level = spdlog::level::level_enum;
  static constexpr std::pair<std::string_view, Level> kLevels[] = {{"debug", Level::debug}, {"info", Level::info}, {"warn", Level::warn}, {"error", Level::err}};
  const auto find = [](auto matches) { return std::find_if(std::begin(kLevels), std::end(kLevels), matches); };
  std::string out = "{";
  if (request.method == "GET") {
    const auto current = find([](const auto& level) { return level.second == spdlog::get_level(); });
    append_json_string(out += "\"message\":", "Current log level is " + std::string(current == std::end(kLevels) ? "unknown" : current->first));
  } else {
    const std::string wanted(request.param("log_level"));
    const auto level = find([&](const auto& known) { return known.first == wanted; });
    if (level == std::end(kLevels)) {
      response.status = 400;
      append_json_string(out += "\"status\":\"failed\",\"message\":", "unrecognized log level " + go_quote(wanted));
    } else {
      spdlog::set_level(level->second);
      append_json_string(out += "\"status\":\"success\",\"message\":", "Log level set to " + wanted);
    }
  }
  response.set("application/json", out + "}\n");
}

void flush(Service& service, Request&, Response& response) {
  if (auto done = service.store.flush(); !done) return answer_text(response, 500, done.error().message);
  response.status = 204;
}

namespace {

/// These two read the tenant's header even where authentication is off.
bool has_tenant(const Request& request, Response& response) {
  if (!request.header("X-Scope-OrgID").empty() || request.identity != nullptr) return true;
  answer_text(response, 401, "no org id");
  return false;
}

}  // namespace

namespace {

/// Which resource attributes of OTLP are labels.
std::string otlp_config_json() {
  std::string out = R"({"resource_attributes":{"attributes_config":[{"action":"index_label","attributes":)";
  append_strings(out, {kOtlpLabels.begin(), kOtlpLabels.end()});
  return out + "}]}}";
}

}  // namespace

void drilldown_limits(Service& service, Request& request, Response& response) {
  if (!has_tenant(request, response)) return;
  const Limits& limits = service.config.limits;
  std::map<std::string, std::string, std::less<>> members = {
      {"max_query_bytes_read", "\"0B\""}, {"otlp_config", otlp_config_json()}, {"pattern_persistence_enabled", "false"}};
  for (const LimitField& field : limit_fields())
    if (field.published) members.emplace(field.name, limit_json(limits, field));
  std::string out;
  for (const auto& [name, value] : members) out += (out.empty() ? "{\"limits\":{\"" : ",\"") + name + "\":" + value;
  out += "},\"pattern_ingester_enabled\":";
  out += limits.pattern_ingester_enabled ? "true" : "false";
  response.set("application/json", out + ",\"version\":\"unknown\"}");
}

void tenant_limits(Service& service, Request& request, Response& response) {
  if (!has_tenant(request, response)) return;
  std::string out;
  for (const LimitField& field : limit_fields()) out += std::string(field.name) + ": " + limit_yaml(service.config.limits, field) + "\n";
  response.set(std::string(kPlain), std::move(out));
}

}  // namespace sleipnir::api
