#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <shared_mutex>

#include "storage/head/admission.h"
#include "storage/wal/group_commit.h"
#include "storage/head/head.h"
#include "storage/upkeep/seal.h"
#include "storage/store.h"
#include "storage/wal/writer.h"

namespace sleipnir::storage {

/// Everything of one tenant: its folder with WAL segments and parts, its head, its streams. Any number of threads; `seal` and
/// `merge_once` each run one at a time.
class TenantStore {
 public:
  /// Creates the folder or reads what is in it. `wake` is called, from any thread, when a seal is due. Errors: kIo; kCorrupt when a
  /// newer program wrote a file (damaged files are set aside, not an error).
  static Result<std::unique_ptr<TenantStore>> open(std::filesystem::path folder, const StoreOptions& options, std::function<void()> wake);

  Result<AppendReport> append(const std::vector<StreamEntries>& push, const AppendOptions& options);

  /// What there is at this moment: parts, slabs, the youngest rows with first <= timestamp <= last.
  Runs runs(Nanos first, Nanos last) const;
  const StreamIndex& index() const { return index_; }

  bool seal_due() const;
  /// Makes parts of the head (first of what an earlier failure left), and drops the WAL segments that they cover. Nothing to do for an
  /// empty head. Errors: kIo; the entries then stay in memory and in the WAL.
  Result<void> seal();
  /// One merge, if one is due: returns whether it was. A part that cannot be read is never tried again. Errors: kIo, kCorrupt.
  Result<bool> merge_once();
  /// Store::erase and Store::expire of this tenant. Merges wait meanwhile.
  Result<uint64_t> erase(const EraseRequest& request);
  Result<uint64_t> expire(Nanos oldest);
  /// For stores that do not sync at every append.
  Result<void> sync_wal();
  /// Adds this tenant's numbers.
  void add_to(StoreStats& stats) const;
  /// Bytes of memory of the head that is filling, about.
  uint64_t head_footprint() const;
  /// Ends a running merge without a result, and lets appends that wait for a seal fail, as nobody will seal.
  void stop();

 private:
  TenantStore(std::filesystem::path folder, const StoreOptions& options, std::function<void()> wake);

  Result<void> load_parts();
  Result<void> remove_leftovers(const Parts& parts);
  Result<void> replay();
  void commit(std::span<GroupCommit::Ticket* const> group);
  /// Waits while the head is full and its predecessor not yet on disk.
  Result<void> wait_for_room();
  Result<void> seal_oldest();
  Result<void> remove_segments_through(uint64_t segment);
  PartFolder part_folder();
  Parts parts() const;
  /// Readers that come from now on see `rest` (null: nothing) in place of the part.
  void replace(const std::shared_ptr<Part>& part, std::shared_ptr<Part> rest);

  struct Sealing {
    std::shared_ptr<Head> head;
    uint64_t last_segment = 0, wal_bytes = 0;
  };

  const std::filesystem::path folder_;
  const StoreOptions options_;
  const std::function<void()> wake_;

  StreamIndex index_;
  Admission admission_{index_};
  GroupCommit group_commit_;
  std::unique_ptr<WalWriter> wal_;  // used by the committing thread only
  uint64_t next_arrival_ = 0;       // the same
  std::atomic<uint64_t> next_part_id_{1};
  std::atomic<uint64_t> set_aside_{0};

  mutable std::shared_mutex mutex_;  // what follows
  std::condition_variable_any room_;
  std::shared_ptr<Head> head_ = std::make_shared<Head>();
  Sealing sealing_;  // head is null when nothing is being sealed
  Parts parts_;
  uint64_t wal_bytes_ = 0;
  std::string seal_failure_;  // of the last attempt
  bool stopped_ = false;

  std::mutex seal_mutex_, merge_mutex_;
  std::vector<uint64_t> unreadable_;  // part ids, under merge_mutex_
  Cancellation stop_merging_;
};

}  // namespace sleipnir::storage
