#pragma once
#include <mutex>

#include "storage/column/block_format.h"
#include "storage/head/push_batch.h"
#include "storage/scan/run.h"

namespace sleipnir::storage {

/// The unsealed entries of a tenant. Rows collect in arrival order; every kSlabRows of them are sorted into an immutable run (a
/// slab), so that a reader sorts only the youngest few, and only if none came since the last reader. Writers need exclusive, readers shared access (TenantStore's lock).
class Head {
 public:
  /// `previous` is the head before this one: what a client sends again is most often in there.
  explicit Head(const Head* previous = nullptr);

  struct Inserted { uint64_t accepted = 0, duplicates = 0; };
  /// Entries that are in already are counted and dropped.
  Inserted insert(PushBatch&& batch);
  /// Whether every entry of the batch is in already, here or in the head before.
  bool holds_all(const PushBatch& batch) const;

  /// Entries of the head before may come in again.
  void forget_previous() { seen_before_ = nullptr; }

  bool empty() const { return rows_ == 0; }
  uint64_t rows() const { return rows_; }
  uint64_t line_bytes() const { return line_bytes_; }
  /// Has the size at which heads are sealed: that many line bytes, or twice as much memory (short lines, much metadata); or nearly that many, and rows that
  /// fill its blocks.
  bool full(uint64_t seal_bytes) const {
    return line_bytes_ >= seal_bytes || footprint() >= 2 * seal_bytes || (line_bytes_ >= seal_bytes / 4 * 3 && rows_ % kBlockRows >= kBlockRows / 8 * 7);
  }
  /// Bytes of memory, about.
  uint64_t footprint() const;
  Nanos created() const { return created_; }

  /// The run that the last reader made of the youngest rows, until a slab takes them.
  struct Youngest {
    std::mutex mutex;  ///< of what follows
    std::shared_ptr<const Run> run;
    size_t rows = 0;
  };
  /// Slabs, and the youngest rows as they are now.
  struct Snapshot {
    Runs slabs;
    std::vector<Row> young;  ///< none where none has first <= timestamp <= last, else all
    std::vector<std::shared_ptr<const std::string>> payloads;
    std::shared_ptr<Youngest> youngest;
  };
  Snapshot snapshot(Nanos first, Nanos last) const;
  /// Makes one more run of the youngest rows of a snapshot. Needs no lock.
  static Runs runs(Snapshot snapshot);

 private:
  bool seen(EntryIdentity identity) const { return seen_->contains(identity) || (seen_before_ && seen_before_->contains(identity)); }
  void close_slab();

  std::vector<Row> young_;
  std::vector<std::shared_ptr<const std::string>> young_payloads_;
  Runs slabs_;
  std::shared_ptr<Youngest> youngest_ = std::make_shared<Youngest>();
  std::shared_ptr<DuplicateSet> seen_ = std::make_shared<DuplicateSet>();
  std::shared_ptr<const DuplicateSet> seen_before_;
  uint64_t rows_ = 0, line_bytes_ = 0, payload_bytes_ = 0;
  Nanos created_ = 0;  // when the first entry came in
};

}  // namespace sleipnir::storage
