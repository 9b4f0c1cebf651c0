#pragma once
// The embedded store. Data flow: append → WAL (fsync) → head → seal → part; scans read head and parts alike.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/entry.h"
#include "base/result.h"
#include "base/scan.h"

namespace sleipnir::storage {

struct StoreOptions {
  std::filesystem::path directory;
  bool fsync = true;                       ///< before every acknowledgement; false loses the last second on power loss, nothing on kill -9
  uint64_t seal_bytes = 64ull << 20;       ///< a tenant's head is sealed at this many line bytes
  Nanos seal_age = 5 * kMinute;            ///< or when its oldest entry came in this long ago
};

struct AppendOptions {
  Nanos out_of_order_window = 0;  ///< refuse entries older than the stream's newest minus this; 0 = accept any time
  uint64_t max_streams = 0;       ///< refuse new streams beyond; 0 = any number
};

struct Refused { size_t stream, entry; enum class Why { kTooFarBehind, kTooManyStreams } why; Nanos oldest_acceptable = 0; };
struct AppendReport { std::vector<Refused> refused; uint64_t accepted = 0, duplicates = 0; };

/// Rows of one tenant that are to go for good.
struct EraseRequest {
  std::string tenant;
  std::vector<Matcher> matchers;
  Nanos first = 0, last = 0;  ///< inclusive
  Predicate where;            ///< rows for which it is certainly false stay
  /// Decides. Called by one thread; the views live until it returns.
  std::function<bool(const Stream&, const LabelSet& metadata, Nanos, std::string_view line)> doomed;
  std::function<void(double)> progress;  ///< told the part that is done, from 0 to 1
  const Cancellation* cancellation = nullptr;
};

struct StoreStats { uint64_t wal_bytes = 0, head_bytes = 0, head_rows = 0, parts = 0, part_bytes = 0, part_rows = 0, streams = 0, tenants = 0, set_aside = 0; };

class Store : public Source {
 public:
  /// Opens or creates the directory, takes its lock, replays the WAL. A torn WAL tail is cut off and logged; a damaged part is renamed to
  /// `*.damaged`, logged and left out (never deleted). Errors: kIo (also: directory in use by another process).
  static Result<std::unique_ptr<Store>> open(StoreOptions options);

  /// Durable and readable when it returns: group commit, one fsync for all who wait. Entries identical to a stored one in stream, time,
  /// line and metadata are acknowledged and not stored again. All-or-nothing on disk; refused entries are reported, the rest is kept.
  /// Errors: kIo (disk full: nothing was acknowledged). Any number of threads.
  virtual Result<AppendReport> append(const std::string& tenant, std::vector<StreamEntries> streams, const AppendOptions& options = {}) = 0;

  /// Seals every head and waits until the parts are on disk. Errors: kIo; then all stays in the WAL.
  virtual Result<void> flush() = 0;
  /// Rewrites the parts that hold such rows without them (unsealed rows are sealed first) and returns how many went. Rows that come in meanwhile
  /// may stay. A crash in between leaves each part as it was or as it shall be. Errors: kIo, kCorrupt, those of the cancellation.
  virtual Result<uint64_t> erase(const EraseRequest& request) = 0;
  /// Removes the tenant's parts whose newest row is older, and returns how many rows went.
  virtual Result<uint64_t> expire(const std::string& tenant, Nanos oldest) = 0;
  virtual StoreStats stats() const = 0;
  virtual std::vector<std::string> tenants() const = 0;
  /// Stops background work; the WAL keeps what is unsealed. Called by the destructor.
  virtual void close() = 0;
};

}  // namespace sleipnir::storage
