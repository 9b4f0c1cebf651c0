#pragma once
#include "storage/upkeep/seal.h"

namespace sleipnir::storage {

/// Chooses parts to merge: the oldest kMergeWidth of one size tier (each tier four times the one below) of one partition; empty when
/// there is nothing to do. Keeps fewer than kMergeWidth parts a tier, so some twenty a day, and writes each row a handful of times.
Parts choose_merge(const Parts& parts);

inline constexpr size_t kMergeWidth = 4;
/// Parts above a quarter of this are left as they are, so that no merge takes the disk for long.
inline constexpr uint64_t kLargestMerged = 1ull << 30;

}  // namespace sleipnir::storage
