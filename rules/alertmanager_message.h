#pragma once
#include <string>
#include <vector>

#include "rules/delivery.h"
#include "rules/group_run.h"

namespace sleipnir::rules {

/// How alerts are shown to receivers.
struct AlertLinks {
  LabelSet external_labels;     ///< added to alerts that have no such label
  std::string external_url;     ///< of the page that shows the query: Grafana's, usually
  std::string datasource_uid;   ///< of this server's data source in Grafana
};

/// The path of an Alertmanager's API that takes such messages.
inline constexpr std::string_view kAlertsPath = "/api/v2/alerts";

/// Bodies for POST /api/v2/alerts, some hundred alerts each.
std::vector<Message> alertmanager_messages(const std::string& tenant, const std::vector<Notification>& notifications, const AlertLinks& links);

/// Grafana's Explore with the query: `<external_url>/explore?left=…`.
std::string explore_link(const std::string& expr, const AlertLinks& links);

}  // namespace sleipnir::rules
