#pragma once
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "base/result.h"
#include "rules/group_key.h"
#include "rules/group_run.h"

namespace sleipnir::rules {

/// What outlives the process of alerts: a file for each tenant, `<data>/rules/<tenant>/alerts.json`, written when an alert begins, fires or ends, and once a
/// minute while there are any. So after a restart a pending alert goes on waiting, a firing one stays firing, and one that ended is reported.
/// Any thread.
class AlertMemory {
 public:
  /// Reads all tenants' files; one that is damaged is left out with a line in the log, and written anew. What was seen last longer than `outage_tolerance`
  /// before `now` is forgotten. The time in which nobody looked does not count for pending alerts.
  AlertMemory(std::filesystem::path directory, Nanos outage_tolerance, Nanos now);

  /// What was saved for a group; once.
  RuleAlerts take(const GroupKey& group);
  /// Forgets what was saved for groups that nobody took: they do not exist any more.
  void forget_the_rest();
  /// Durable when it returns, if it differs in more than values and annotations from what was kept before. Errors: kIo.
  Result<void> keep(const GroupKey& group, const RuleAlerts& alerts, Nanos at);

 private:
  struct Tenant {
    std::map<std::pair<std::string, std::string>, std::string> groups;  // namespace, name → alerts as JSON
    Nanos saved_at = 0;
  };
  void read(const std::string& tenant, const std::filesystem::path& file, Nanos outage_tolerance, Nanos now);
  Result<void> write(const std::string& tenant, Tenant& saved, Nanos at) const;

  const std::filesystem::path directory_;
  std::mutex mutex_;
  std::map<std::string, Tenant> tenants_;
  std::map<GroupKey, RuleAlerts> read_;
};

}  // namespace sleipnir::rules
