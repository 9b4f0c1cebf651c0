#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/block_format.h"

namespace sleipnir::storage {

/// Fetches and checks one chunk; the bytes are followed by PackedBits::kPadding readable ones. Errors: kIo, kCorrupt.
using ReadChunk = std::function<Result<std::string>(const Chunk&)>;

/// One column block, read chunk by chunk as it is asked. Everything handed out lives as long as the reader. One thread.
/// Errors of all reads: those of ReadChunk, and kCorrupt where a chunk does not hold what the directory says.
class BlockReader {
 public:
  BlockReader(std::shared_ptr<const BlockMeta> meta, ReadChunk read);
  ~BlockReader();

  const BlockMeta& meta() const { return *meta_; }
  uint32_t rows() const { return meta_->rows; }

  Result<std::span<const Nanos>> timestamps();
  Result<std::span<const uint64_t>> arrivals();
  /// Index into meta().shapes of each row; shapes.size() where the line is raw.
  Result<std::span<const uint32_t>> shape_codes();
  /// Index into meta().sets of each row.
  Result<std::span<const uint32_t>> set_codes();
  Result<std::span<const uint32_t>> line_lengths();

  /// The values of meta().fields[f], and which of them belongs to a row: rank(row), valid where the row's shape has the field.
  struct FieldView {
    const Values* values = nullptr;
    std::span<const uint32_t> ranks;  ///< empty: every row has the field, the rank is the row
    uint32_t rank(uint32_t row) const { return ranks.empty() ? row : ranks[row]; }
  };
  Result<FieldView> field(uint32_t f);
  /// The lines of raw rows.
  Result<FieldView> raw();

  /// Opens whatever the lines of this shape code are made of.
  Result<void> prepare_lines(uint32_t shape_code);
  /// Appends the line of a row whose shape code is prepared. O(line).
  void append_line(uint32_t row, std::string& out) const;

 private:
  struct FieldState;
  Result<void> load_times();
  Result<void> load_arrivals();
  Result<std::span<const uint32_t>> codes(std::vector<uint32_t>& codes, const Chunk& chunk, uint64_t limit);
  Result<std::string_view> keep(const Chunk& chunk);

  std::shared_ptr<const BlockMeta> meta_;
  ReadChunk read_;
  std::vector<std::unique_ptr<std::string>> kept_;
  std::vector<Nanos> timestamps_;
  std::vector<uint64_t> arrivals_;
  std::vector<uint32_t> shape_codes_, set_codes_, lengths_;
  std::vector<std::unique_ptr<FieldState>> fields_;
  std::unique_ptr<FieldState> raw_;
  std::vector<std::vector<FieldView>> lines_;  ///< by shape code: the values of its slots; empty until prepared
};

}  // namespace sleipnir::storage
