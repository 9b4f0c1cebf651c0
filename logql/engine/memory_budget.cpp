#include "logql/engine/memory_budget.h"

#include <string>

namespace sleipnir::logql {

Result<void> BudgetShare::set(uint64_t bytes) {
  if (!budget_ || bytes == bytes_) return {};
  const uint64_t more = bytes - bytes_, used = budget_->used_ += more;
  MemoryBudget* const shared = budget_->shared_;
  const uint64_t used_by_all = shared ? shared->used_ += more : 0;
  bytes_ = bytes;
  if (used > budget_->most_) {
    return Error{ErrorKind::kLimit, "the query needs more memory than it may use (limit: " + std::to_string(budget_->most_ >> 20) +
                                        " MB); consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or "
                                        "aggregating results with functions like sum(), count() or topk()"};
  }
  if (shared && used_by_all > shared->most_) {
    return Error{ErrorKind::kRate, "the queries in progress need more memory than they may use together (limit: " +
                                       std::to_string(shared->most_ >> 20) + " MB); try again"};
  }
  return {};
}

void MemoryBudget::give_back(uint64_t bytes) {
  used_ -= bytes;
  if (shared_) shared_->used_ -= bytes;
}

size_t memory_of(const LabelSet& labels) {
  constexpr size_t kNode = 64;  // of the map or vector that holds the set
  return kNode + labels.size() * sizeof(Label) + labels.bytes();
}

}  // namespace sleipnir::logql
