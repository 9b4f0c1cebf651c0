#pragma once
// Which rows of a block a scan wants, and their numbers out of what the block keeps of all rows.
#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "storage/column/row_codes.h"

namespace sleipnir::storage {

/// An array whose elements are written before they are read: not cleared first.
template <class T>
class Buffer {
 public:
  std::span<T> resize(size_t n) {
    if (n > capacity_) bytes_ = std::make_unique_for_overwrite<T[]>(capacity_ = n);
    size_ = n;
    return {bytes_.get(), n};
  }
  std::span<T> all() { return {bytes_.get(), size_}; }
  std::span<const T> all() const { return {bytes_.get(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  std::unique_ptr<T[]> bytes_;
  size_t size_ = 0, capacity_ = 0;
};

/// Ascending rows of a block: all of some ranges, each within one stream, or of these ranges the listed ones.
class PickedRows {
 public:
  struct OfStream {
    uint32_t stream;  ///< number in the block
    RowRange rows;
    uint32_t end;     ///< in the picked rows
    bool whole;       ///< all rows of the stream
  };

  /// Ranges ascend and are not empty.
  void add(uint32_t stream, RowRange rows, bool whole);
  /// Leaves the rows for which keep[row] is not 0.
  void thin(std::span<const uint8_t> keep);

  size_t size() const { return size_; }
  const std::vector<OfStream>& streams() const { return streams_; }
  /// Ranges that hold the rows; ranges that touch are one.
  const std::vector<RowRange>& ranges() const { return ranges_; }
  /// All rows of the ranges are picked.
  bool whole_ranges() const { return listed_.empty(); }
  /// All rows of one range are picked.
  bool one_range() const { return whole_ranges() && ranges_.size() == 1; }
  /// The picked rows; built when first asked for.
  std::span<const uint32_t> rows() const;

  /// Writes a value a picked row. decode(first, out) gives those of rows from `first` on, at(row) that of one row; the cheaper is used.
  template <class T, class Decode, class At>
  void gather(std::span<T> out, Decode decode, At at) const {
    if (whole_ranges()) {
      for (const RowRange& r : ranges_) {
        decode(r.begin, out.first(r.size()));
        out = out.subspan(r.size());
      }
    } else if (size_ * kSparse < covered_) {
      for (size_t i = 0; i < size_; ++i) out[i] = at(listed_[i]);
    } else {
      gather_pieces(out, decode);
    }
  }
  /// The same without a way to one row.
  template <class T, class Decode>
  void gather(std::span<T> out, Decode decode) const {
    if (whole_ranges()) gather(out, decode, [](uint32_t) { return T(); });
    else gather_pieces(out, decode);
  }

 private:
  /// Below one row in so many each is fetched alone.
  static constexpr size_t kSparse = 8;
  static constexpr uint32_t kPiece = 128;

  /// Decodes aligned pieces in which rows are.
  template <class T, class Decode>
  void gather_pieces(std::span<T> out, Decode decode) const {
    T piece[kPiece];
    for (size_t i = 0; i < size_;) {
      const uint32_t from = listed_[i] / kPiece * kPiece, last_range_end = ranges_.back().end;
      decode(from, std::span<T>(piece, std::min(kPiece, last_range_end - from)));
      for (; i < size_ && listed_[i] - from < kPiece; ++i) out[i] = piece[listed_[i] - from];
    }
  }

  std::vector<OfStream> streams_;
  std::vector<RowRange> ranges_;
  mutable std::vector<uint32_t> all_;  ///< the rows of whole ranges
  std::vector<uint32_t> listed_;       ///< empty: whole ranges
  size_t size_ = 0, covered_ = 0;
};

}  // namespace sleipnir::storage
