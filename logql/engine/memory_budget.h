#pragma once
#include <atomic>
#include <cstdint>
#include <utility>

#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::logql {

/// The memory that one query may hold, shared by its threads. What is held is estimated: it counts what grows with the data. Any thread.
class MemoryBudget {
 public:
  /// `shared`: what all queries may hold together; it must outlive this.
  explicit MemoryBudget(uint64_t most, MemoryBudget* shared = nullptr) : most_(most), shared_(shared) {}
  MemoryBudget(const MemoryBudget&) = delete;

  uint64_t most() const { return most_; }
  uint64_t used() const { return used_; }

 private:
  friend class BudgetShare;
  void give_back(uint64_t bytes);

  const uint64_t most_;
  MemoryBudget* const shared_;
  std::atomic<uint64_t> used_{0};
};

/// What one owner holds of a budget; given back at its end. One thread. The budget must outlive it.
class BudgetShare {
 public:
  BudgetShare() = default;
  explicit BudgetShare(MemoryBudget* budget) : budget_(budget) {}
  BudgetShare(BudgetShare&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  BudgetShare& operator=(BudgetShare&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~BudgetShare() {
    if (budget_) budget_->give_back(bytes_);
  }

  /// Holds `bytes` from now on. Errors: kLimit where the query holds more than its budget then, kRate where all queries do together.
  Result<void> set(uint64_t bytes);
  Result<void> add(uint64_t bytes) { return set(bytes_ + bytes); }

 private:
  MemoryBudget* budget_ = nullptr;
  uint64_t bytes_ = 0;
};

/// About what a label set takes, with what keeps it.
size_t memory_of(const LabelSet& labels);

}  // namespace sleipnir::logql
