#include "logql/engine/cell_index.h"

#include <algorithm>
#include <numeric>

namespace sleipnir::logql {

namespace {

size_t hash_of(uint32_t series, uint64_t slot) {
  const uint64_t mixed = (slot * 0x9e3779b97f4a7c15u ^ series) * 0xff51afd7ed558ccdu;
  return mixed ^ mixed >> 32;
}

}  // namespace

uint32_t CellIndex::find(uint32_t series, uint64_t slot) {
  if (slots_ > kMostDirect / (static_cast<uint64_t>(series) + 1)) return find_hashed(series, slot);
  const uint64_t at = series * slots_ + slot;
  if (at >= direct_.size()) direct_.resize((series + 1) * slots_, kNone);
  if (direct_[at] == kNone) direct_[at] = add(series, slot);
  return direct_[at];
}

uint32_t CellIndex::find_hashed(uint32_t series, uint64_t slot) {
  if (hashed_count_ * 2 >= hashed_.size()) grow();
  for (size_t i = hash_of(series, slot) & (hashed_.size() - 1);; i = (i + 1) & (hashed_.size() - 1)) {
    uint32_t& number = hashed_[i];
    if (number == kNone) {
      ++hashed_count_;
      return number = add(series, slot);
    }
    if (cells_[number].series == series && cells_[number].slot == slot) return number;
  }
}

uint32_t CellIndex::add(uint32_t series, uint64_t slot) {
  cells_.push_back({slot, series});
  return static_cast<uint32_t>(cells_.size() - 1);
}

void CellIndex::grow() {
  std::vector<uint32_t> old(std::max<size_t>(1024, hashed_.size() * 2), kNone);
  old.swap(hashed_);
  for (const uint32_t number : old) {
    if (number == kNone) continue;
    size_t i = hash_of(cells_[number].series, cells_[number].slot) & (hashed_.size() - 1);
    while (hashed_[i] != kNone) i = (i + 1) & (hashed_.size() - 1);
    hashed_[i] = number;
  }
}

std::vector<uint32_t> CellIndex::ordered(uint32_t count) const {
  std::vector<uint32_t> numbers(count);
  if (slots_ == 1) {
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }
  std::vector<uint32_t> ends;  // of each series in `numbers`
  for (const Cell& cell : cells_) {
    if (cell.series >= ends.size()) ends.resize(cell.series + 1);
    ++ends[cell.series];
  }
  std::exclusive_scan(ends.begin(), ends.end(), ends.begin(), 0u);
  for (uint32_t number = 0; number < count; ++number) numbers[ends[cells_[number].series]++] = number;
  auto by_slot = [this](uint32_t a, uint32_t b) { return cells_[a].slot < cells_[b].slot; };
  uint32_t begin = 0;
  for (const uint32_t end : ends) {
    const auto first = numbers.begin() + begin, last = numbers.begin() + end;
    if (!std::is_sorted(first, last, by_slot)) std::sort(first, last, by_slot);
    begin = end;
  }
  return numbers;
}

}  // namespace sleipnir::logql
