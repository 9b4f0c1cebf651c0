#pragma once
#include <algorithm>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "storage/column/short_bytes.h"

namespace sleipnir::storage {

/// The values of one field behind each other: what encoders walk through several times must not lie scattered over the lines. Values stay where they are.
/// One thread.
class FieldValues {
 public:
  void add(std::string_view value) {
    if (value.size() > room_) begin_piece(value.size());
    copy_bytes(to_, value.data(), value.size());
    values_.emplace_back(to_, value.size());
    to_ += value.size();
    room_ -= value.size();
  }
  /// Room for so many values.
  void reserve(size_t values) { values_.reserve(values); }
  std::span<const std::string_view> all() const { return values_; }

 private:
  /// A field may have one value or 65,536, and there may be thousands of fields.
  static constexpr size_t kFirstPiece = 256, kLargestPiece = 256 << 10;

  void begin_piece(size_t least) {
    piece_ = std::min(kLargestPiece, std::max(kFirstPiece, 2 * piece_));
    room_ = std::max(piece_, least);
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(room_));
    to_ = pieces_.back().get();
  }

  std::vector<std::string_view> values_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  char* to_ = nullptr;
  size_t room_ = 0, piece_ = 0;
};

}  // namespace sleipnir::storage
