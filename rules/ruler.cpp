#include "rules/ruler.h"

#include "spdlog/spdlog.h"

namespace sleipnir::rules {
namespace {

/// Groups that are evaluated at the same time. Queries for people have the rest of the machine.
constexpr int kWorkers = 4;

/// Where in its interval a group is evaluated: spread by name, the same after a restart.
Nanos next_tick(const GroupKey& key, Nanos interval, Nanos after) {
  const uint64_t hash = LabelSet{{"group", key.name}, {"namespace", key.name_space}, {"tenant", key.tenant}}.hash();
  const auto offset = static_cast<Nanos>(hash % static_cast<uint64_t>(interval));
  return after - (after - offset) % interval + interval;
}

}  // namespace

Result<std::unique_ptr<Ruler>> Ruler::open(const std::filesystem::path& directory, const Options& options, logql::ParseOptions parse, Query query) {
  std::unique_ptr<Ruler> ruler(new Ruler(options, parse, std::move(query)));
  auto store = RuleStore::open({.directory = directory, .read_only = options.local_directory, .parse = parse});
  if (!store) return store.error();
  auto receivers = Receivers::open(options);
  if (!receivers) return receivers.error();
  if (std::error_code ec; !options.local_directory.empty() && !std::filesystem::is_directory(options.local_directory, ec))
    spdlog::warn("rules: there is no directory {}", options.local_directory.string());
  ruler->store_ = std::move(*store);
  ruler->receivers_ = std::move(*receivers);
  ruler->memory_ = std::make_unique<AlertMemory>(directory, options.for_outage_tolerance, now());
  ruler->start();
  return ruler;
}

Ruler::Ruler(const Options& options, logql::ParseOptions parse, Query query)
    : options_(options),
      run_options_{options.evaluation_interval, options.resend_delay, {options.external_labels, options.external_url}, parse},
      query_(std::move(query)) {}

Ruler::~Ruler() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Cancellation* cancellation : in_progress_) cancellation->cancelled = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Ruler::start() {
  apply_all();
  memory_->forget_the_rest();
  for (int i = 0; i < kWorkers; ++i) threads_.emplace_back([this] { work(); });
  if (!options_.local_directory.empty()) threads_.emplace_back([this] { poll(); });
}

Result<void> Ruler::set_group(const std::string& tenant, const std::string& name_space, RuleGroup group) {
  if (auto done = store_->set_group(tenant, name_space, std::move(group)); !done) return done;
  apply(tenant);
  return {};
}

Result<void> Ruler::remove_group(const std::string& tenant, const std::string& name_space, const std::string& group) {
  if (auto done = store_->remove_group(tenant, name_space, group); !done) return done;
  apply(tenant);
  return {};
}

Result<void> Ruler::remove_namespace(const std::string& tenant, const std::string& name_space) {
  if (auto done = store_->remove_namespace(tenant, name_space); !done) return done;
  apply(tenant);
  return {};
}

void Ruler::apply_all() {
  std::set<std::string> tenants;
  for (std::string& tenant : store_->tenants()) tenants.insert(std::move(tenant));
  {
    std::lock_guard lock(mutex_);
    for (const auto& [key, group] : groups_) tenants.insert(key.tenant);
  }
  for (const std::string& tenant : tenants) apply(tenant);
}

/// Makes the schedule what the store says.
void Ruler::apply(const std::string& tenant) {
  std::vector<std::pair<GroupKey, ScheduledPtr>> ended;
  std::unique_lock lock(mutex_);
  const Namespaces wanted = store_->list(tenant);
  std::set<GroupKey> keys;
  for (const auto& [name_space, groups] : wanted)
    for (const RuleGroup& group : groups) schedule(*keys.insert({tenant, name_space, group.name}).first, group);
  for (auto it = groups_.lower_bound({tenant, "", ""}); it != groups_.end() && it->first.tenant == tenant;) {
    if (keys.contains(it->first)) {
      ++it;
      continue;
    }
    it->second->removed = true;
    if (!it->second->running) ended.emplace_back(it->first, it->second);
    it = groups_.erase(it);
  }
  changed_.notify_all();
  lock.unlock();
  for (const auto& [key, group] : ended) finish(key, *group->run);
}

void Ruler::schedule(const GroupKey& key, RuleGroup wanted) {
  ScheduledPtr& group = groups_[key];
  if (group == nullptr) {
    group = std::make_shared<Scheduled>();
    group->run = std::make_unique<GroupRun>(key, wanted, run_options_);
    group->run->restore(memory_->take(key));
    group->status = std::make_shared<const GroupStatus>(group->run->status());
  } else if (group->wanted == wanted) {
    return;
  } else {
    group->changed = true;
  }
  group->wanted = std::move(wanted);
  group->due = now();
}

/// What a group that does not exist any more leaves behind.
void Ruler::finish(const GroupKey& key, GroupRun& run) {
  receivers_->write(key.tenant, run.end_series(), now());
  {
    std::lock_guard lock(mutex_);
    if (groups_.contains(key)) return;  // made anew meanwhile
  }
  if (auto kept = memory_->keep(key, {}, now()); !kept) spdlog::error("rules: {}", kept.error().message);
}

std::pair<GroupKey, Ruler::ScheduledPtr> Ruler::next_due() const {
  const Nanos present = now();
  const std::pair<const GroupKey, ScheduledPtr>* first = nullptr;
  for (const auto& group : groups_) {
    Scheduled& scheduled = *group.second;
    if (scheduled.running) continue;
    const Nanos interval = scheduled.run->interval();
    if (scheduled.due - present > interval) scheduled.due = next_tick(group.first, interval, present);  // the clock was set back
    if (first == nullptr || scheduled.due < first->second->due) first = &group;
  }
  if (first == nullptr) return {};
  return *first;
}

void Ruler::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto [key, group] = next_due();
    if (group == nullptr) {
      changed_.wait(lock);
    } else if (const Nanos wait = group->due - now(); wait > 0) {
      changed_.wait_for(lock, std::chrono::nanoseconds(std::min(wait, kSecond)));
    } else {
      run_group(key, group, lock);
    }
  }
}

void Ruler::run_group(const GroupKey& key, const ScheduledPtr& group, std::unique_lock<std::mutex>& lock) {
  group->running = true;
  GroupRun& run = *group->run;
  if (std::exchange(group->changed, false)) run.adopt(group->wanted);
  const Nanos late = (now() - group->due) / run.interval(), at = group->due + late * run.interval();
  metrics_.missed += static_cast<uint64_t>(late);
  lock.unlock();
  const Evaluated evaluated = evaluate(run, at);
  auto status = std::make_shared<const GroupStatus>(run.status());
  lock.lock();
  group->status = std::move(status);  // before anybody hears of an alert, it can be looked up
  const bool stopped = stopping_;
  lock.unlock();
  if (!stopped) deliver(key, run.alerts(), evaluated);
  lock.lock();
  group->running = false;
  group->due = group->changed ? now() : next_tick(key, run.interval(), at);
  changed_.notify_all();
  if (!group->removed) return;
  lock.unlock();
  finish(key, run);
  lock.lock();
}

Evaluated Ruler::evaluate(GroupRun& run, Nanos at) {
  Cancellation cancellation;
  {
    std::lock_guard lock(mutex_);
    cancellation.cancelled = stopping_;
    in_progress_.insert(&cancellation);
  }
  Evaluated evaluated = run.evaluate(at, query_, cancellation);
  metrics_.evaluations += evaluated.rules;
  metrics_.failures += evaluated.failures;
  std::lock_guard lock(mutex_);
  in_progress_.erase(&cancellation);
  return evaluated;
}

void Ruler::deliver(const GroupKey& key, const RuleAlerts& alerts, const Evaluated& evaluated) {
  // What was sent is known after a crash; an alert that is known may have to be sent again.
  if (auto kept = memory_->keep(key, alerts, evaluated.at); !kept) spdlog::error("rules: {}", kept.error().message);
  receivers_->notify(key.tenant, evaluated.notifications);
  receivers_->write(key.tenant, evaluated.samples, evaluated.at);
}

void Ruler::poll() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (changed_.wait_for(lock, std::chrono::nanoseconds(options_.poll_interval), [&] { return stopping_; })) return;
    lock.unlock();
    if (store_->reload()) apply_all();
    lock.lock();
  }
}

std::vector<std::shared_ptr<const GroupStatus>> Ruler::status(const std::string& tenant) const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const GroupStatus>> out;
  for (auto it = groups_.lower_bound({tenant, "", ""}); it != groups_.end() && it->first.tenant == tenant; ++it) out.push_back(it->second->status);
  return out;
}

std::map<GroupKey, Nanos> Ruler::durations() const {
  std::lock_guard lock(mutex_);
  std::map<GroupKey, Nanos> out;
  for (const auto& [key, group] : groups_) out[key] = group->status->evaluation_time;
  return out;
}

}  // namespace sleipnir::rules
