#include "storage/column/picked_rows.h"

#include <numeric>

namespace sleipnir::storage {

void PickedRows::add(uint32_t stream, RowRange rows, bool whole) {
  size_ += rows.size();
  covered_ = size_;
  streams_.push_back({stream, rows, static_cast<uint32_t>(size_), whole});
  if (!ranges_.empty() && ranges_.back().end == rows.begin) ranges_.back().end = rows.end;
  else ranges_.push_back(rows);
}

void PickedRows::thin(std::span<const uint8_t> keep) {
  size_t count = 0;
  for (const RowRange& r : ranges_) count += static_cast<size_t>(std::count_if(keep.begin() + r.begin, keep.begin() + r.end, [](uint8_t k) { return k != 0; }));
  if (count == size_) return;
  std::vector<uint32_t> kept(count + 1);  // one more, as a row is written before it is known to stay
  std::vector<OfStream> streams;
  uint32_t n = 0;
  for (OfStream of : streams_) {
    const uint32_t before = n;
    for (uint32_t row = of.rows.begin; row < of.rows.end; ++row) {
      kept[n] = row;
      n += keep[row] != 0;
    }
    if (n == before) continue;
    of.end = n;
    streams.push_back(of);
  }
  kept.resize(count);
  size_ = count;
  streams_ = std::move(streams);
  listed_ = std::move(kept);
  if (size_ == 0) ranges_.clear();
}

std::span<const uint32_t> PickedRows::rows() const {
  if (!whole_ranges()) return listed_;
  if (all_.empty()) {
    all_.resize(size_);
    auto to = all_.begin();
    for (const RowRange& r : ranges_) {
      std::iota(to, to + r.size(), r.begin);
      to += r.size();
    }
  }
  return all_;
}

}  // namespace sleipnir::storage
