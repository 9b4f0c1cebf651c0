#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "storage/head/push_batch.h"

namespace sleipnir::storage {

/// Lets many threads share one write and one fsync: whoever finds nobody at work commits everything that waits, in the order of
/// submission; those who come meanwhile form the next group.
class GroupCommit {
 public:
  /// A batch on its way, and what became of it.
  struct Ticket {
    PushBatch batch;
    uint64_t accepted = 0, duplicates = 0;
    bool done = false;
    Result<void> outcome;
  };
  /// Sets everything of the tickets but `done`. Never runs twice at once.
  using Commit = std::function<void(std::span<Ticket* const>)>;

  explicit GroupCommit(Commit commit) : commit_(std::move(commit)) {}

  /// Returns when the ticket's group is committed.
  void submit(Ticket& ticket);
  /// Runs `work` while no group is being committed.
  void exclusive(const std::function<void()>& work);

 private:
  Commit commit_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::vector<Ticket*> waiting_;
  bool busy_ = false;
};

}  // namespace sleipnir::storage
