#include "api/memory_budget.h"

#include <unistd.h>

#include <algorithm>

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

uint64_t default_push_memory() {
  constexpr uint64_t kLeast = 256ull << 20;
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGE_SIZE);
  return pages > 0 && size > 0 ? std::max(kLeast, static_cast<uint64_t>(pages) * static_cast<uint64_t>(size) / 4) : kLeast;
}

}  // namespace sleipnir::api
