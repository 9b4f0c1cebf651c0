#include "storage/upkeep/merge_policy.h"

#include <algorithm>
#include <map>

namespace sleipnir::storage {
namespace {

/// The lowest tier: opening a file costs about as much as reading this.
constexpr uint64_t kSmallest = 256 << 10;

int tier_of(uint64_t bytes) {
  int tier = 0;
  for (uint64_t limit = kSmallest; bytes > limit; limit *= 4) tier++;
  return tier;
}

}  // namespace

Parts choose_merge(const Parts& parts) {
  std::map<std::pair<std::string, int>, Parts> tiers;
  for (const auto& part : parts) {
    if (part->file_bytes() <= kLargestMerged / kMergeWidth) tiers[{part->name().partition, tier_of(part->file_bytes())}].push_back(part);
  }
  for (auto& [key, tier] : tiers) {
    if (tier.size() < kMergeWidth) continue;
    std::sort(tier.begin(), tier.end(), [](const auto& a, const auto& b) { return a->name().id < b->name().id; });
    tier.resize(kMergeWidth);
    return tier;
  }
  return {};
}

}  // namespace sleipnir::storage
