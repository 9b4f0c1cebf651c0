#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "rules/delivery.h"
#include "rules/rule.h"

namespace sleipnir::rules {

/// The `ruler` section of a Loki configuration file, under the same names where it says the same.
struct Options {
  bool enable_api = true;                   ///< the calls that list and change rules as YAML
  std::filesystem::path local_directory;    ///< storage.local.directory: the operator's rules; empty: none
  Nanos poll_interval = kMinute;            ///< how often they are read again
  Nanos evaluation_interval = kMinute;      ///< of groups that name none
  Nanos resend_delay = kMinute;
  Nanos for_outage_tolerance = kHour;
  std::string external_url;
  LabelSet external_labels;
  std::string datasource_uid;

  std::vector<std::string> alertmanager_urls;
  Endpoint alertmanager_client;             ///< without its URL
  uint64_t notification_queue_capacity = 10'000;

  std::vector<Endpoint> remote_write;
};

}  // namespace sleipnir::rules
