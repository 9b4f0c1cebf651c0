#include "storage/column/picked_rows.h"

#include <cstring>
#include <numeric>

namespace sleipnir::storage {

void PickedRows::add(uint32_t stream, RowRange rows, bool whole) {
  size_ += rows.size();
  covered_ = size_;
  streams_.push_back({stream, rows, static_cast<uint32_t>(size_), whole});
  if (!ranges_.empty() && ranges_.back().end == rows.begin) ranges_.back().end = rows.end;
  else ranges_.push_back(rows);
}

namespace {

/// Calls visit(row) for the rows of a range for which keep[row] is not 0: eight rows at a time while there are none.
template <class Visit>
void each_kept(std::span<const uint8_t> keep, RowRange rows, Visit visit) {
  for (uint32_t row = rows.begin; row < rows.end; ++row) {
    for (uint64_t word; rows.end - row >= 8 && (std::memcpy(&word, keep.data() + row, 8), word == 0);) row += 8;
    if (row < rows.end && keep[row]) visit(row);
  }
}

/// Writes the rows of a range for which keep[row] is not 0, and one beyond, since a row is written before it is known to stay. Returns how many stay.
uint32_t list(std::span<const uint8_t> keep, RowRange rows, uint32_t* out) {
  uint32_t n = 0;
  for (uint32_t row = rows.begin; row < rows.end; ++row) {
    out[n] = row;
    n += keep[row] != 0;
  }
  return n;
}

/// The same where few stay.
uint32_t list_few(std::span<const uint8_t> keep, RowRange rows, uint32_t* out) {
  uint32_t n = 0;
  each_kept(keep, rows, [&](uint32_t row) { out[n++] = row; });
  return n;
}

}  // namespace

void PickedRows::thin(std::span<const uint8_t> keep) {
  size_t count = 0;
  for (const RowRange& r : ranges_) each_kept(keep, r, [&](uint32_t) { ++count; });
  if (count == size_) return;
  const bool few = count * kSparse < size_;
  std::vector<uint32_t> kept(count + 1);
  std::vector<OfStream> streams;
  uint32_t n = 0;
  for (OfStream of : streams_) {
    if (n == count) break;
    const uint32_t before = n;
    n += few ? list_few(keep, of.rows, kept.data() + n) : list(keep, of.rows, kept.data() + n);
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
