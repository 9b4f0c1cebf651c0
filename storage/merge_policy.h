#pragma once
#include "storage/seal.h"

namespace sleipnir::storage {

/// Chooses parts to merge: the oldest kMergeWidth of one size tier (each tier four times the one below) of one partition; empty when
/// there is nothing to do. Keeps fewer than kMergeWidth parts a tier, so some twenty a day, and writes each row a handful of times.
Parts choose_merge(const Parts& parts);

inline constexpr size_t kMergeWidth = 4;
/// Parts above a quarter of this are left as they are: what one merge writes, and the 8 bytes an id that it holds in memory, stay bounded.
inline constexpr uint64_t kLargestMerged = 256ull << 20;

}  // namespace sleipnir::storage
