#pragma once
// What a block keeps of all its rows, in the form in which it is stored: small numbers, times, and which rows have a field.
#include <bit>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "storage/column/bits.h"
#include "storage/column/time_runs.h"

namespace sleipnir::storage {

/// Rows [begin, end).
struct RowRange {
  uint32_t begin, end;
  uint32_t size() const { return end - begin; }
};

/// A small number of each row, packed. Immutable.
class RowCodes {
 public:
  /// nullopt where the bytes do not hold `rows` numbers below `limit`; no bytes: all are 0.
  static std::optional<RowCodes> read(std::string_view bytes, uint32_t rows, uint64_t limit);

  uint32_t operator[](size_t row) const { return base_ + static_cast<uint32_t>(PackedBits(packed_.data(), width_)[row]); }
  /// Of rows [first, first + out.size()).
  void unpack(size_t first, std::span<uint32_t> out) const;
  /// All rows have this one.
  std::optional<uint32_t> constant() const { return width_ == 0 ? std::optional(base_) : std::nullopt; }
  size_t memory() const { return packed_.size(); }

 private:
  uint32_t base_ = 0;
  unsigned width_ = 0;
  std::string packed_ = std::string(PackedBits::kPadding, '\0');
};

/// The timestamps of all rows, as runs of differences. Immutable.
class RowTimes {
 public:
  /// nullopt where the bytes, which are followed by PackedBits::kPadding readable ones, do not hold `rows` times.
  static std::optional<RowTimes> read(std::string bytes, size_t length, uint32_t rows);

  /// Of rows [first, first + out.size()).
  void unpack(size_t first, std::span<Nanos> out) const;
  Nanos operator[](uint32_t row) const;
  /// The first of these rows, whose times ascend, that is later than `time`; rows.end where none is. O(log rows).
  uint32_t first_after(RowRange rows, Nanos time) const;
  size_t memory() const { return bytes_->size() + runs_.size() * sizeof(TimeRun); }

 private:
  std::unique_ptr<const std::string> bytes_;
  std::string_view packed_;
  std::vector<TimeRun> runs_;
};

/// Some of a block's rows, and how many of them come before each row. Immutable once built.
class RowRanks {
 public:
  explicit RowRanks(uint32_t rows) : words_((rows + 63) / 64), before_(words_.size()) {}
  /// Adds the rows below `rows` for which has(row).
  template <class Has>
  void add_where(uint32_t rows, Has has) {
    for (uint32_t row = 0; row < rows; ++row) words_[row / 64] |= static_cast<uint64_t>(has(row) != 0) << row % 64;
  }
  /// To be called once all are added. Returns how many they are.
  uint32_t finish();

  bool has(uint32_t row) const { return words_[row / 64] >> row % 64 & 1; }
  /// Rows added before this one, which may be one beyond the last.
  uint32_t rank(uint32_t row) const {
    if (row / 64 == words_.size()) return count_;
    return before_[row / 64] + static_cast<uint32_t>(std::popcount(words_[row / 64] & ((uint64_t{1} << row % 64) - 1)));
  }
  /// Calls row(i, rank) for the rows in [first, end) that were added, ascending.
  template <class Row>
  void for_each(uint32_t first, uint32_t end, Row row) const {
    uint32_t rank = this->rank(first);
    for (uint32_t w = first / 64; w * 64 < end; ++w) {
      uint64_t word = words_[w];
      if (w == first / 64) word &= ~uint64_t{0} << first % 64;
      if (end - w * 64 < 64) word &= (uint64_t{1} << (end - w * 64)) - 1;
      if (word == ~uint64_t{0}) {
        for (uint32_t k = 0; k < 64; ++k) row(w * 64 + k, rank++);
      } else {
        for (; word; word &= word - 1) row(w * 64 + static_cast<uint32_t>(std::countr_zero(word)), rank++);
      }
    }
  }
  size_t memory() const { return words_.size() * 12; }

 private:
  std::vector<uint64_t> words_;
  std::vector<uint32_t> before_;
  uint32_t count_ = 0;
};

}  // namespace sleipnir::storage
