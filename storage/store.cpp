#include "storage/store.h"

#include <spdlog/spdlog.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "storage/scan/count.h"
#include "storage/scan/lookup.h"
#include "storage/scan/scan.h"
#include "storage/tenant_folder.h"
#include "storage/tenant_name.h"
#include "storage/tenant_store.h"

namespace sleipnir::storage {
namespace {

namespace fs = std::filesystem;

/// How often ages are looked at, and unsynced WALs synced.
constexpr auto kTick = std::chrono::seconds(1);

/// After a failure: what found no room finds none a moment later, and each attempt costs the work of a whole part.
constexpr auto kPause = std::chrono::seconds(10);

/// All heads together may have this many times the size at which one is sealed.
constexpr uint64_t kMostHeads = 6;

/// A thread that does one thing every tick and whenever it is woken.
class Worker {
 public:
  explicit Worker(std::function<void()> work) : work_(std::move(work)) {}
  ~Worker() { stop(); }

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void wake() {
    std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_one();
  }
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      changed_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
  }
  bool stopping() const {
    std::lock_guard lock(mutex_);
    return stopping_;
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      changed_.wait_for(lock, kTick, [&] { return stopping_ || woken_; });
      if (stopping_) return;
      woken_ = false;
      lock.unlock();
      work_();
      lock.lock();
    }
  }

  std::function<void()> work_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false;
  std::thread thread_;
};

/// Tenants whose last attempt at something failed wait a while before the next. One thread.
class Pauses {
 public:
  bool has(const TenantStore* tenant) const {
    const auto found = until_.find(tenant);
    return found != until_.end() && Clock::now() < found->second;
  }
  void note(const TenantStore* tenant, bool failed) {
    if (failed) until_[tenant] = Clock::now() + kPause;
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::map<const TenantStore*, Clock::time_point> until_;
};

class EmbeddedStore : public Store {
 public:
  EmbeddedStore(StoreOptions options, File lock) : options_(std::move(options)), lock_(std::move(lock)) {}
  ~EmbeddedStore() override { close(); }

  Result<void> start() {
    if (auto created = make_directory(tenants_folder()); !created) return created;
    auto folders = list_files(tenants_folder());
    if (!folders) return folders.error();
    for (const fs::path& folder : *folders) {
      const auto name = tenant_of_folder(folder.filename().string());
      std::error_code ec;
      if (!name || !fs::is_directory(folder, ec)) continue;
      if (auto opened = open_tenant(*name, folder); !opened) return opened.error();
    }
    sealer_.start();
    merger_.start();
    return {};
  }

  Result<AppendReport> append(const std::string& tenant, std::vector<StreamEntries> streams, const AppendOptions& options) override {
    auto store = find_or_create(tenant);
    if (!store) return store.error();
    return (*store)->append(streams, options);
  }

  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override {
    TenantStore* tenant = find(request.tenant);
    if (!tenant) return scan_nothing();
    return scan_tenant(*tenant, request);
  }

  Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override {
    TenantStore* store = find(tenant);
    if (!store) return std::vector<const Stream*>();
    return find_streams(*store, matchers, start, end);
  }

  Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override {
    TenantStore* store = find(tenant);
    if (!store) return IndexStats();
    return sum_streams(*store, matchers, start, end);
  }

  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override {
    TenantStore* store = find(request.tenant);
    if (!store) return std::optional(std::vector<Counted>());
    return count_rows(*store, request);
  }

  Result<void> flush() override {
    for (TenantStore* tenant : all()) {
      if (auto sealed = tenant->seal(); !sealed) return sealed;
    }
    merger_.wake();
    return {};
  }

  Result<uint64_t> erase(const EraseRequest& request) override {
    TenantStore* tenant = find(request.tenant);
    return tenant ? tenant->erase(request) : Result<uint64_t>(0);
  }

  Result<uint64_t> expire(const std::string& name, Nanos oldest) override {
    TenantStore* tenant = find(name);
    return tenant ? tenant->expire(oldest) : Result<uint64_t>(0);
  }

  StoreStats stats() const override {
    StoreStats stats;
    for (TenantStore* tenant : all()) tenant->add_to(stats);
    stats.tenants = all().size();
    return stats;
  }

  std::vector<std::string> tenants() const override {
    std::shared_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, store] : tenants_) names.push_back(name);
    return names;
  }

  void close() override {
    for (TenantStore* tenant : all()) tenant->stop();
    sealer_.stop();
    merger_.stop();
  }

 private:
  fs::path tenants_folder() const { return options_.directory / "tenants"; }

  TenantStore* find(const std::string& name) const {
    std::shared_lock lock(mutex_);
    auto it = tenants_.find(name);
    return it == tenants_.end() ? nullptr : it->second.get();
  }

  std::vector<TenantStore*> all() const {
    std::shared_lock lock(mutex_);
    std::vector<TenantStore*> all;
    for (const auto& [name, store] : tenants_) all.push_back(store.get());
    return all;
  }

  Result<TenantStore*> find_or_create(const std::string& name) {
    if (TenantStore* known = find(name)) return known;
    auto folder = tenant_folder_name(name);
    if (!folder) return invalid("tenant name is empty or too long");
    return open_tenant(name, tenants_folder() / *folder);
  }

  Result<TenantStore*> open_tenant(const std::string& name, const fs::path& folder) {
    std::unique_lock lock(mutex_);
    auto& store = tenants_[name];
    if (!store) {
      auto opened = TenantStore::open(folder, options_, [this] { sealer_.wake(); });
      if (!opened) {
        tenants_.erase(name);
        return opened.error();
      }
      store = std::move(*opened);
    }
    return store.get();
  }

  void seal_what_is_due() {
    for (TenantStore* tenant : all()) {
      if (sealer_.stopping()) return;
      if (!options_.fsync) log_failure(tenant->sync_wal());
      if (seal_pauses_.has(tenant) || !tenant->seal_due()) continue;
      seal(tenant);
      merger_.wake();
    }
    seal_largest_while_too_many();
  }

  /// Many tenants, none of them with a full head, must not fill the memory either.
  void seal_largest_while_too_many() {
    while (!sealer_.stopping()) {
      TenantStore* largest = nullptr;
      uint64_t sum = 0, most = 0;
      for (TenantStore* tenant : all()) {
        uint64_t bytes = tenant->head_footprint();
        sum += bytes;
        if (bytes <= most || seal_pauses_.has(tenant)) continue;
        largest = tenant;
        most = bytes;
      }
      if (largest == nullptr || sum <= kMostHeads * options_.seal_bytes) return;
      seal(largest);
    }
  }

  void seal(TenantStore* tenant) {
    const auto sealed = tenant->seal();
    log_failure(sealed);
    seal_pauses_.note(tenant, !sealed);
  }

  void merge_what_is_due() {
    for (TenantStore* tenant : all()) {
      for (bool more = !merge_pauses_.has(tenant); more && !merger_.stopping();) {
        auto merged = tenant->merge_once();
        if (!merged) log_failure(merged.error());
        merge_pauses_.note(tenant, !merged);
        more = merged && *merged;
      }
    }
  }

  static void log_failure(const Result<void>& result) {
    if (!result) spdlog::error("store: {}", result.error().message);
  }

  const StoreOptions options_;
  File lock_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<TenantStore>> tenants_;  // never removed
  Pauses seal_pauses_, merge_pauses_;
  Worker sealer_{[this] { seal_what_is_due(); }};
  Worker merger_{[this] { merge_what_is_due(); }};
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(StoreOptions options) {
  if (auto created = make_directory(options.directory); !created) return created.error();
  auto lock = File::lock(options.directory / "lock");
  if (!lock) return lock.error();
  auto store = std::make_unique<EmbeddedStore>(std::move(options), std::move(*lock));
  if (auto started = store->start(); !started) return started.error();
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace sleipnir::storage
