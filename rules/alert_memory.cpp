#include "rules/alert_memory.h"

#include <nlohmann/json.hpp>

#include "spdlog/spdlog.h"
#include "storage/file.h"
#include "storage/tenant_name.h"

namespace sleipnir::rules {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::string_view kFile = "alerts.json";

json to_json(const LabelSet& labels) {
  json out = json::object();
  for (const Label& label : labels) out[label.name] = label.value;
  return out;
}

json to_json(const RuleAlerts& rules) {
  json out = json::object();
  for (const auto& [rule, alerts] : rules) {
    json& list = out[rule] = json::array();
    for (const Alert& a : alerts)
      list.push_back({{"state", to_string(a.state)}, {"labels", to_json(a.labels)}, {"active_at", a.active_at}, {"fired_at", a.fired_at},
                      {"keep_firing_since", a.keep_firing_since}, {"resolved_at", a.resolved_at}});
  }
  return out;
}

Alert alert_of(const json& from) {
  Alert alert;
  const std::string state = from.at("state");
  alert.state = state == "firing" ? AlertState::kFiring : state == "pending" ? AlertState::kPending : AlertState::kInactive;
  for (const auto& [name, value] : from.at("labels").items()) alert.labels.set(name, value.get<std::string>());
  alert.active_at = from.at("active_at");
  alert.fired_at = from.at("fired_at");
  alert.keep_firing_since = from.at("keep_firing_since");
  alert.resolved_at = from.at("resolved_at");
  return alert;
}

RuleAlerts alerts_of(const json& from, Nanos unseen) {
  RuleAlerts out;
  for (const auto& [rule, list] : from.items())
    for (const json& item : list) {
      Alert alert = alert_of(item);
      if (alert.state == AlertState::kPending) alert.active_at += unseen;
      out[rule].push_back(std::move(alert));
    }
  return out;
}

}  // namespace

AlertMemory::AlertMemory(fs::path directory, Nanos outage_tolerance, Nanos now) : directory_(std::move(directory)) {
  std::error_code ec;
  for (fs::directory_iterator it(directory_, ec), end; !ec && it != end; it.increment(ec)) {
    const auto tenant = storage::tenant_of_folder(it->path().filename().string());
    if (tenant && fs::exists(it->path() / kFile, ec)) read(*tenant, it->path() / kFile, outage_tolerance, now);
  }
}

void AlertMemory::read(const std::string& tenant, const fs::path& file, Nanos outage_tolerance, Nanos now) {
  const auto bytes = storage::read_file(file);
  if (!bytes) return spdlog::error("rules: {}", bytes.error().message);
  try {
    const json saved = json::parse(*bytes);
    if (saved.at("version") != kVersion) return spdlog::error("rules: {}: version {} is not known", file.string(), saved.at("version").dump());
    const Nanos unseen = std::max<Nanos>(0, now - saved.at("saved_at").get<Nanos>());
    if (unseen > outage_tolerance) return;
    for (const json& group : saved.at("groups")) {
      const GroupKey key{tenant, group.at("namespace"), group.at("group")};
      read_[key] = alerts_of(group.at("rules"), unseen);
      tenants_[tenant].groups[{key.name_space, key.name}] = group.at("rules").dump();
    }
  } catch (const json::exception& e) {
    spdlog::error("rules: {}: {}; alerts begin anew", file.string(), e.what());
  }
}

RuleAlerts AlertMemory::take(const GroupKey& group) {
  std::lock_guard lock(mutex_);
  auto node = read_.extract(group);
  return node ? std::move(node.mapped()) : RuleAlerts();
}

void AlertMemory::forget_the_rest() {
  std::lock_guard lock(mutex_);
  for (const auto& [key, alerts] : read_) tenants_[key.tenant].groups.erase({key.name_space, key.name});
  read_.clear();
}

Result<void> AlertMemory::keep(const GroupKey& group, const RuleAlerts& alerts, Nanos at) {
  std::lock_guard lock(mutex_);
  Tenant& tenant = tenants_[group.tenant];
  const std::pair name(group.name_space, group.name);
  std::string text = alerts.empty() ? "" : to_json(alerts).dump(-1, ' ', false, json::error_handler_t::replace);
  const auto before = tenant.groups.find(name);
  const bool same = before == tenant.groups.end() ? text.empty() : before->second == text;
  if (same && (tenant.groups.empty() || at - tenant.saved_at < kMinute)) return {};
  if (text.empty()) tenant.groups.erase(name);
  else tenant.groups[name] = std::move(text);
  return write(group.tenant, tenant, at);
}

Result<void> AlertMemory::write(const std::string& tenant, Tenant& saved, Nanos at) const {
  std::string text = "{\"version\":" + std::to_string(kVersion) + ",\"saved_at\":" + std::to_string(at) + ",\"groups\":[";
  for (const auto& [name, alerts] : saved.groups) {
    if (!text.ends_with('[')) text += ',';
    text += "{\"namespace\":" + json(name.first).dump() + ",\"group\":" + json(name.second).dump() + ",\"rules\":" + alerts + "}";
  }
  text += "]}\n";
  const auto folder = storage::tenant_folder_name(tenant);
  if (!folder) return invalid("tenant " + tenant + " has no folder");
  if (auto made = storage::make_directory(directory_); !made) return made;
  if (auto made = storage::make_directory(directory_ / *folder); !made) return made;
  auto written = storage::replace_file(directory_ / *folder / kFile, text);
  if (written) saved.saved_at = at;
  return written;
}

}  // namespace sleipnir::rules
