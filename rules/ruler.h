#pragma once
// Evaluates the rules of all tenants on their intervals, and hands what comes of it to the receivers. Manual: open() → set_group(), status(), … → the
// destructor stops everything.
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "rules/alert_memory.h"
#include "rules/group_run.h"
#include "rules/metrics.h"
#include "rules/options.h"
#include "rules/receivers.h"
#include "rules/rule_store.h"

namespace sleipnir::rules {

/// Any thread.
class Ruler {
 public:
  /// Rules lie under `directory`. Errors: kIo; kInvalid for a receiver's URL.
  static Result<std::unique_ptr<Ruler>> open(const std::filesystem::path& directory, const Options& options, logql::ParseOptions parse, Query query);
  /// Cancels the evaluations in progress.
  ~Ruler();

  Namespaces list(const std::string& tenant) const { return store_->list(tenant); }
  /// As those of RuleStore; a new or changed group is evaluated at once.
  Result<void> set_group(const std::string& tenant, const std::string& name_space, RuleGroup group);
  Result<void> remove_group(const std::string& tenant, const std::string& name_space, const std::string& group);
  Result<void> remove_namespace(const std::string& tenant, const std::string& name_space);

  /// A tenant's groups as they stood after their last evaluation, sorted by namespace and name.
  std::vector<std::shared_ptr<const GroupStatus>> status(const std::string& tenant) const;
  const RulerMetrics& metrics() const { return metrics_; }
  const Receivers& receivers() const { return *receivers_; }
  /// How long the last evaluation of each group took.
  std::map<GroupKey, Nanos> durations() const;

 private:
  /// A group on the schedule. While `running`, its worker alone uses `run`.
  struct Scheduled {
    RuleGroup wanted;
    bool changed = false, removed = false, running = false;
    Nanos due = 0;
    std::unique_ptr<GroupRun> run;
    std::shared_ptr<const GroupStatus> status;
  };
  using ScheduledPtr = std::shared_ptr<Scheduled>;

  Ruler(const Options& options, logql::ParseOptions parse, Query query);
  void start();
  void apply(const std::string& tenant);
  void apply_all();
  void schedule(const GroupKey& key, RuleGroup group);
  void work();
  void poll();
  std::pair<GroupKey, ScheduledPtr> next_due() const;
  void run_group(const GroupKey& key, const ScheduledPtr& group, std::unique_lock<std::mutex>& lock);
  Evaluated evaluate(GroupRun& run, Nanos at);
  void deliver(const GroupKey& key, const RuleAlerts& alerts, const Evaluated& evaluated);
  void finish(const GroupKey& key, GroupRun& run);

  const Options& options_;
  const RunOptions run_options_;
  const Query query_;
  std::unique_ptr<RuleStore> store_;
  std::unique_ptr<AlertMemory> memory_;
  std::unique_ptr<Receivers> receivers_;
  RulerMetrics metrics_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<GroupKey, ScheduledPtr> groups_;
  std::set<Cancellation*> in_progress_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sleipnir::rules
