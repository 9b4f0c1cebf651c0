#pragma once
// Timestamps in runs of kTimeRun rows: a head each, and packed differences. storage/format.md, "times".
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace sleipnir::storage {

/// A run's differences are multiples of this many nanoseconds: clients that stamp milliseconds need not pay for nanoseconds.
inline constexpr Nanos kTimeGrains[] = {1, kMicrosecond, kMillisecond};

/// A run as its head says it.
struct TimeRun {
  static constexpr size_t kHeadBytes = 8 + 4 + 1;
  uint64_t first = 0;   ///< timestamp of the first row
  uint32_t offset = 0;  ///< of the run's bits behind the heads
  uint8_t width = 0;    ///< bits of a difference
  uint8_t grain = 0;    ///< index in kTimeGrains

  /// False where the bytes say what no writer says.
  static bool read(std::string_view head, TimeRun& run);
};

/// Appends the head and the bits of one run, of at most kTimeRun timestamps.
void put_time_run(std::string& heads, std::string& bits, std::span<const Nanos> times);

}  // namespace sleipnir::storage
