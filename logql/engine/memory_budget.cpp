#include "logql/engine/memory_budget.h"

#include <string>

namespace sleipnir::logql {

Result<void> BudgetShare::set(uint64_t bytes) {
  if (!budget_ || bytes == bytes_) return {};
  const uint64_t used = budget_->used_ += bytes - bytes_;
  bytes_ = bytes;
  if (used <= budget_->most_) return {};
  return Error{ErrorKind::kLimit, "the query needs more memory than it may use (limit: " + std::to_string(budget_->most_ >> 20) +
                                      " MB); consider reducing query cardinality by adding more specific stream selectors, reducing the time range, or "
                                      "aggregating results with functions like sum(), count() or topk()"};
}

size_t memory_of(const LabelSet& labels) {
  constexpr size_t kNode = 64;  // of the map or vector that holds the set
  return kNode + labels.size() * sizeof(Label) + labels.bytes();
}

}  // namespace sleipnir::logql
