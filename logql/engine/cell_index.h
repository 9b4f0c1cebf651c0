#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sleipnir::logql {

/// Numbers the pairs (series, slot) that have a row, densely from 0 in order of first appearance. One thread.
/// With a single slot the number is that of the series, and every series below the greatest one counts as seen.
class CellIndex {
 public:
  struct Cell {
    uint64_t slot;
    uint32_t series;
  };

  /// Slots are below `slots`.
  explicit CellIndex(uint64_t slots) : slots_(slots) {}

  uint32_t of(uint32_t series, uint64_t slot) {
    if (slots_ == 1) return series;
    if (series == last_.series && slot == last_.slot) return last_number_;
    last_ = {slot, series};
    return last_number_ = find(series, slot);
  }
  Cell cell(uint32_t number) const { return slots_ == 1 ? Cell{0, number} : cells_[number]; }

  /// All numbers, which are those below `count`, by series, then slot.
  std::vector<uint32_t> ordered(uint32_t count) const;
  size_t bytes() const { return cells_.capacity() * sizeof(Cell) + (direct_.capacity() + hashed_.capacity()) * sizeof(uint32_t); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint64_t kMostDirect = 1 << 20;  // a table of 4 MB costs less than hashing some hundred thousand rows

  uint32_t find(uint32_t series, uint64_t slot);
  uint32_t find_hashed(uint32_t series, uint64_t slot);
  uint32_t add(uint32_t series, uint64_t slot);
  void grow();

  uint64_t slots_;
  std::vector<Cell> cells_;
  std::vector<uint32_t> direct_;  // by series * slots_ + slot, of the first series
  std::vector<uint32_t> hashed_;  // of the others; a power of two, at most half full
  size_t hashed_count_ = 0;
  Cell last_{0, kNone};
  uint32_t last_number_ = kNone;
};

}  // namespace sleipnir::logql
