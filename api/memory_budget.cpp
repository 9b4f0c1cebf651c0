#include "api/memory_budget.h"

namespace sleipnir::api {

bool MemoryBudget::take(uint64_t bytes) {
  uint64_t used = used_.load();
  do {
    if (bytes > total_ || used > total_ - bytes) return false;
  } while (!used_.compare_exchange_weak(used, used + bytes));
  return true;
}

Result<void> MemoryShare::take(uint64_t bytes) {
  if (bytes > budget_.total() || held_ > budget_.total() - bytes)
    return Error{ErrorKind::kTooLarge, "request body too large: it takes more than the " + std::to_string(budget_.total()) + " bytes of memory that pushes may use"};
  if (!budget_.take(bytes)) return Error{ErrorKind::kRate, "too many pushes at once: the memory for them is in use, try again"};
  held_ += bytes;
  return {};
}

}  // namespace sleipnir::api
