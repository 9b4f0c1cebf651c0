#pragma once
#include <atomic>
#include <cstdint>

#include "base/result.h"

namespace sleipnir::api {

/// Bytes that may be in use at the same time, over all who share it. Counts what it is told; any thread.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t total) : total_(total) {}
  uint64_t total() const { return total_; }
  uint64_t used() const { return used_; }

 private:
  friend class MemoryShare;
  bool take(uint64_t bytes);

  const uint64_t total_;
  std::atomic<uint64_t> used_{0};
};

/// What one request holds of a budget, until it ends. One thread at a time.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  ~MemoryShare() { budget_.used_ -= held_; }
  MemoryShare(const MemoryShare&) = delete;

  /// Takes more before it is allocated. Errors: kRate when others hold too much (trying again helps), kTooLarge when it would not fit alone.
  Result<void> take(uint64_t bytes);

 private:
  MemoryBudget& budget_;
  uint64_t held_ = 0;
};

}  // namespace sleipnir::api
