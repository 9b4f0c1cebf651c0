#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "storage/column/distinct.h"
#include "storage/column/short_bytes.h"
#include "storage/column/values.h"

namespace sleipnir::storage {

/// The values of one field: as codes while few are distinct, else behind each other: what encoders walk through several times must not lie scattered over
/// the lines. Values stay where they are. One thread.
class FieldValues {
 public:
  /// The value must outlive this.
  void add(std::string_view value) {
    if (distinct_) {
      const uint32_t code = distinct_->code(value);
      if (code != Distinct::kFull) {
        codes_.push_back(code);
        if (codes_.size() == kFirst && code + 1 == kFirst) spread();
        return;
      }
      spread();
    }
    keep(value);
  }
  size_t size() const { return std::max(codes_.size(), values_.size()); }
  /// Room for so many values.
  void reserve(size_t values) {
    if (distinct_) codes_.reserve(values);
    else values_.reserve(values);
  }
  /// The following come once no more are added. Nothing where too many of the values are distinct.
  std::optional<CodedValues> coded() {
    if (!distinct_ && !code_all()) return std::nullopt;
    return CodedValues{distinct_->entries(), codes_};
  }
  std::span<const std::string_view> all() {
    if (values_.empty()) spread();
    return values_;
  }

 private:
  /// More would not be coded here: the tables of all fields would not stay in the cache while lines are cut.
  static constexpr size_t kFew = 32;
  /// Nor where that many come first and all differ.
  static constexpr size_t kFirst = 8;
  /// A field may have one value or 65,536, and there may be thousands of fields.
  static constexpr size_t kFirstPiece = 256, kLargestPiece = 256 << 10;

  void spread() {
    values_.reserve(codes_.capacity());
    for (const uint32_t code : codes_) values_.push_back(distinct_->entries()[code]);
    codes_ = {};
    distinct_.reset();
  }

  /// False where codes would not pay.
  bool code_all() {
    distinct_.emplace(std::min(kMostEntries, values_.size() / 2));
    codes_.reserve(values_.size());
    for (const std::string_view v : values_) {
      codes_.push_back(distinct_->code(v));
      if (codes_.back() != Distinct::kFull) continue;
      codes_ = {};
      distinct_.reset();
      return false;
    }
    return true;
  }

  void keep(std::string_view value) {
    if (value.size() > room_) begin_piece(value.size());
    copy_bytes(to_, value.data(), value.size());
    values_.emplace_back(to_, value.size());
    to_ += value.size();
    room_ -= value.size();
  }

  void begin_piece(size_t least) {
    piece_ = std::min(kLargestPiece, std::max(kFirstPiece, 2 * piece_));
    room_ = std::max(piece_, least);
    pieces_.push_back(std::make_unique_for_overwrite<char[]>(room_));
    to_ = pieces_.back().get();
  }

  std::optional<Distinct> distinct_{kFew};
  std::vector<uint32_t> codes_;
  std::vector<std::string_view> values_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  char* to_ = nullptr;
  size_t room_ = 0, piece_ = 0;
};

}  // namespace sleipnir::storage
