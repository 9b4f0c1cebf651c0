#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sleipnir::logql {

/// Values that come one by one to many cells, each cell's in chunks that double: no value moves again. Memory: 8 bytes a value, at most as much again
/// for room at the ends, and 8 bytes a cell. One thread.
class CellValues {
 public:
  void add(uint32_t cell, double value) {
    if (cell >= cells_.size()) cells_.resize(cell + 1);
    uint32_t last = cells_[cell].last;
    if (last == kNone || at(last).size == at(last).capacity) last = grow(cells_[cell]);
    Chunk& chunk = at(last);
    chunk.values()[chunk.size++] = value;
  }
  /// Takes over the values of `later`, whose cell i is cell_of[i] here. O(cells + chunks).
  void absorb(CellValues& later, std::span<const uint32_t> cell_of);

  /// Cells are below this.
  uint32_t cells() const { return static_cast<uint32_t>(cells_.size()); }
  bool empty(uint32_t cell) const { return cells_[cell].first == kNone; }
  /// Appends the chunks of a cell; they live until the next call that changes something.
  void append_chunks(uint32_t cell, std::vector<std::span<const double>>& out) const;
  size_t bytes() const { return cells_.capacity() * sizeof(Cell) + slabs_.size() * kSlabUnits * sizeof(double); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX, kSlabUnits = 1 << 13;
  static constexpr uint16_t kMostValues = 512;

  /// One unit of 8 bytes, the values follow. Chunks are numbered by their unit over all slabs.
  struct Chunk {
    uint32_t next;
    uint16_t size, capacity;
    double* values() { return reinterpret_cast<double*>(this + 1); }
    const double* values() const { return reinterpret_cast<const double*>(this + 1); }
  };
  static_assert(sizeof(Chunk) == sizeof(double));
  struct Cell { uint32_t first = kNone, last = kNone; };

  Chunk& at(uint32_t chunk) const { return *reinterpret_cast<Chunk*>(slabs_[chunk / kSlabUnits].get() + chunk % kSlabUnits); }
  uint32_t grow(Cell& cell);

  std::vector<std::unique_ptr<double[]>> slabs_;
  uint32_t used_ = kSlabUnits;  // units of the last slab
  std::vector<Cell> cells_;
};

}  // namespace sleipnir::logql
