// Compressed bodies: the first byte chooses the method.
#include <cstdint>
#include <string>

#include "api/ingest/body.h"
#include "api/memory_budget.h"
#include "input.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr uint64_t kLimit = 1 << 16;
  using Unpack = Result<void> (*)(std::string_view, uint64_t, std::string&, api::MemoryShare*);
  constexpr Unpack kMethods[] = {api::gunzip, api::inflate_raw, api::unzstd, api::unsnap};
  constexpr uint64_t kMemory = 1 << 15;
  std::string out;
  api::MemoryBudget budget(kMemory);
  api::MemoryShare share(budget);
  const bool counted = data[0] & 0x80;
  const auto done = kMethods[data[0] % 4]({reinterpret_cast<const char*>(data) + 1, size - 1}, kLimit, out, counted ? &share : nullptr);
  fuzz::require(done.ok() || !done.error().message.empty(), "a refusal has a message");
  fuzz::require(!done.ok() || out.size() <= (counted ? kMemory : kLimit), "the limit holds");
  return 0;
}
