#pragma once
#include <deque>
#include <set>
#include <string>

#include "storage/column/block_writer.h"
#include "storage/column/distinct.h"
#include "storage/file.h"
#include "storage/format.h"
#include "storage/part/id_merge.h"
#include "storage/part/directory.h"

namespace sleipnir::storage {

/// Writes one part: rows one by one, whole blocks of other parts, or both. Holds the rows of one block in memory, the streams, and 8 bytes an id of the
/// blocks that were not copied.
/// One thread.
class PartWriter {
 public:
  /// `replaces`: ids of the parts whose rows go into this one; a start removes those that are still there. `block_rows`: of the blocks that are not copied, at
  /// most kBlockRows.
  static Result<PartWriter> create(const std::filesystem::path& folder, PartName name, std::vector<uint64_t> replaces, size_t block_rows = kBlockRows);

  enum class Lines { kLast, kPass };
  /// The block's lines must be prepared. Lines and sets that do not last until the writer has finished are copied. Errors: kIo.
  Result<void> add(Block& block, size_t row, Lines lines);
  /// Copies a block byte for byte; those of one source come one after the other. The ids follow when the writer finishes.
  /// Errors: kIo; kCorrupt where the block's checksums do not hold.
  Result<void> copy(const std::shared_ptr<const Part>& source, size_t block, std::string_view windows);
  /// Completes and syncs the file under its temporary name. Errors: kIo; kCorrupt where a source's ids are damaged.
  Result<void> finish();
  /// Gives the finished file its name. The caller syncs the folder. Errors: kIo.
  Result<void> publish();
  /// Removes the file, under either name.
  void abandon();

  const std::filesystem::path& path() const { return path_; }
  uint64_t rows() const { return rows_; }

 private:
  /// Rows of the block that is filling.
  struct Pending {
    std::string_view keep(std::string_view text);
    /// Index into `sets`.
    uint32_t code(std::string_view set, Lines lines);

    std::vector<BlockRow> rows;
    std::deque<std::string> texts;  ///< of lines and sets that had to be copied; none of them ever moves
    uint64_t line_bytes = 0;
    std::vector<std::string_view> sets;  ///< distinct, unless most rows have one of their own
    Distinct known{SIZE_MAX};            ///< those that were looked up
    uint32_t latest_set = 0;             ///< most rows have that of the row before
  };

  /// What of a block lies behind all blocks.
  struct Indexes {
    std::string windows, roll_up;
  };

  PartWriter(std::filesystem::path path, File file, PartName name, std::vector<uint64_t> replaces, size_t block_rows);
  uint32_t stream_code(const Stream* stream);
  Result<void> write_rows();
  Result<void> begin_source(const std::shared_ptr<const Part>& source);
  Result<void> put_block(BlockEntry entry, const BlockMeta& meta, std::string_view chunks, std::string_view meta_chunk, Indexes indexes);
  void add_metadata_names(const BlockMeta& meta);
  Result<void> write(std::string_view bytes);
  Result<void> write_chunk(Chunk& chunk, std::string_view bytes);
  /// Brings blocks into the order of their times; the index follows.
  void sort_blocks();
  Result<void> write_index();

  std::filesystem::path path_;
  File file_;
  size_t block_rows_;
  PartDirectory directory_;
  Pending pending_;
  std::vector<uint32_t> codes_;  ///< by stream id; code + 1, 0 is none
  std::set<std::string, std::less<>> metadata_names_;
  std::vector<IdEntry> ids_;         ///< of the blocks that were not copied
  std::vector<IdSource> id_sources_;
  std::vector<Indexes> indexes_;  ///< of each block
  Vocabulary vocabulary_;
  uint64_t rows_ = 0, bytes_ = 0;
};

}  // namespace sleipnir::storage
