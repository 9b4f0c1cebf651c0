#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/block_format.h"
#include "storage/column/row_codes.h"

namespace sleipnir::storage {

/// Fetches and checks one chunk; the bytes are followed by PackedBits::kPadding readable ones. Any number of threads. Errors: kIo, kCorrupt.
using ReadChunk = std::function<Result<std::string>(const Chunk&)>;

/// One column block, read chunk by chunk as it is asked, and kept as it is stored: packed, with dictionaries unpacked. Everything handed out lives as long
/// as the reader. Any number of threads. Errors of all reads: those of ReadChunk, and kCorrupt where a chunk does not hold what the directory says.
class BlockReader {
 public:
  BlockReader(std::shared_ptr<const BlockMeta> meta, ReadChunk read);
  ~BlockReader();

  const BlockMeta& meta() const { return *meta_; }
  uint32_t rows() const { return meta_->rows; }
  /// json_label of each of meta().fields.
  const std::vector<std::string>& labels();

  Result<const RowTimes*> times();
  /// Of all rows. Not kept.
  Result<std::vector<uint64_t>> arrivals();
  /// Index into meta().shapes of each row; shapes.size() where the line is raw.
  Result<const RowCodes*> shape_codes();
  /// Index into meta().sets of each row, or into meta().name_lists where metadata is in columns.
  Result<const RowCodes*> set_codes();
  /// Where metadata is in columns, the length of its names and values, a row.
  Result<const RowCodes*> metadata_lengths();
  Result<const RowCodes*> line_lengths();

  /// The values of meta().fields[f], and which of them belongs to a row: rank(row), valid where the row's shape has the field.
  struct FieldView {
    const Values* values = nullptr;
    const RowRanks* rows = nullptr;  ///< null: every row has the field, the rank is the row
    uint32_t rank(uint32_t row) const { return rows ? rows->rank(row) : row; }
  };
  Result<FieldView> field(uint32_t f);
  /// The same without which rows they belong to, which takes a look at all rows.
  Result<const Values*> values(uint32_t f);
  /// Values::may_hold of a field. Where that takes little to know, the field is not kept open for it.
  Result<bool> may_hold(uint32_t f, const TextTest& test);
  /// The lines of raw rows.
  Result<FieldView> raw();

  /// Opens whatever the lines of this shape code are made of.
  Result<void> prepare_lines(uint32_t shape_code);
  /// Appends the line of a row whose shape code the calling thread has prepared. O(line).
  void append_line(uint32_t row, std::string& out) const;

  /// Where metadata is in columns: opens them all. Then appends the coded set (bytes.h) of a row. O(set).
  Result<void> prepare_sets();
  void append_set(uint32_t row, std::string& out) const;

  /// Bytes kept, about; grows as more is asked. And bytes fetched so far.
  size_t memory() const;
  uint64_t fetched() const { return fetched_.load(std::memory_order_relaxed); }

 private:
  struct FieldState;
  Result<std::string> fetch(const Chunk& chunk);
  Result<std::string_view> keep(const Chunk& chunk);
  Result<const RowCodes*> codes(std::optional<RowCodes>& codes, const Chunk& chunk, uint64_t limit);
  Result<const RowRanks*> ranks(uint32_t f);
  Result<const RowRanks*> ranks_where(bool of_metadata, std::vector<uint8_t> has);
  Result<void> place(uint32_t f, FieldState& state);
  Result<std::unique_ptr<Values>> open_chunk(uint32_t f, std::string_view bytes, const FieldState& state);
  Result<const Values*> outline(uint32_t f);

  std::shared_ptr<const BlockMeta> meta_;
  const size_t meta_memory_;
  ReadChunk read_;
  std::atomic<uint64_t> fetched_{0};
  mutable std::recursive_mutex mutex_;  // of what follows while it is built; what is built does not change
  std::vector<std::string> labels_;
  std::vector<std::unique_ptr<std::string>> kept_;
  std::optional<RowTimes> times_;
  std::optional<RowCodes> shape_codes_, set_codes_, lengths_, metadata_lengths_;
  std::vector<std::unique_ptr<FieldState>> fields_;
  std::vector<std::unique_ptr<Values>> outlines_;  ///< by field
  std::unique_ptr<FieldState> raw_;
  /// Of rows that have some of these codes, and whether they are those of name lists or of shapes.
  struct RanksOf {
    bool of_metadata;
    std::vector<uint8_t> codes;
    std::unique_ptr<RowRanks> rows;
  };
  std::vector<RanksOf> ranks_;
  std::vector<std::vector<FieldView>> lines_;  ///< by shape code: the values of its slots; empty until prepared
  std::vector<FieldView> metadata_;            ///< of meta().metadata_fields(); empty until prepared
};

}  // namespace sleipnir::storage
