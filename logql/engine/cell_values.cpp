#include "logql/engine/cell_values.h"

#include <algorithm>
#include <new>

namespace sleipnir::logql {

/// A chunk behind the cell's last one.
uint32_t CellValues::grow(Cell& cell) {
  const auto capacity = cell.last == kNone ? uint16_t{1} : static_cast<uint16_t>(std::min(at(cell.last).capacity * 2, int{kMostValues}));
  if (kSlabUnits - used_ < capacity + 1u) {
    slabs_.push_back(std::make_unique_for_overwrite<double[]>(kSlabUnits));
    used_ = 0;
  }
  const auto number = static_cast<uint32_t>((slabs_.size() - 1) * kSlabUnits + used_);
  new (slabs_.back().get() + used_) Chunk{kNone, 0, capacity};
  used_ += capacity + 1;
  (cell.last == kNone ? cell.first : at(cell.last).next) = number;
  return cell.last = number;
}

void CellValues::absorb(CellValues& later, std::span<const uint32_t> cell_of) {
  // The slabs of `later` come behind those here, and the last one's room with them.
  const auto shift = static_cast<uint32_t>(slabs_.size() * kSlabUnits);
  for (auto& slab : later.slabs_) slabs_.push_back(std::move(slab));
  if (!later.slabs_.empty()) used_ = later.used_;
  for (uint32_t i = 0; i < later.cells_.size(); ++i) {
    Cell theirs = later.cells_[i];
    if (theirs.first == kNone) continue;
    theirs.first += shift;
    theirs.last += shift;
    for (uint32_t chunk = theirs.first; at(chunk).next != kNone; chunk = at(chunk).next) at(chunk).next += shift;
    if (cell_of[i] >= cells_.size()) cells_.resize(cell_of[i] + 1);
    Cell& mine = cells_[cell_of[i]];
    (mine.last == kNone ? mine.first : at(mine.last).next) = theirs.first;
    mine.last = theirs.last;
  }
  later = CellValues();
}

void CellValues::append_chunks(uint32_t cell, std::vector<std::span<const double>>& out) const {
  for (uint32_t chunk = cells_[cell].first; chunk != kNone; chunk = at(chunk).next) out.emplace_back(at(chunk).values(), at(chunk).size);
}

}  // namespace sleipnir::logql
