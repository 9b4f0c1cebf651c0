#pragma once
#include <atomic>
#include <filesystem>
#include <mutex>
#include <set>

#include "storage/part/block_rows.h"
#include "storage/column/vocabulary.h"
#include "storage/file.h"
#include "storage/part/directory.h"
#include "storage/stream_index.h"

namespace sleipnir::storage {

/// One part on disk. Keeps its directory in memory and no file descriptor: every block read opens the file, which costs microseconds where decoding
/// costs milliseconds. Any number of threads.
class Part : public Run, public std::enable_shared_from_this<Part> {
 public:
  /// Reads and checks header, footer and directory; registers the streams. Errors: kCorrupt; kIo; kNotFound when a newer program wrote it.
  static Result<std::shared_ptr<Part>> open(const std::filesystem::path& path, StreamIndex& index);
  /// Removes the file if the part is obsolete.
  ~Part() override;

  bool unsealed() const override { return false; }
  const std::vector<StreamSpan>& streams() const override { return streams_; }
  const std::vector<BlockSpan>& blocks() const override { return blocks_; }
  bool block_may_hold(size_t block, const StreamSet& streams) const override;
  Result<std::vector<uint8_t>> candidates(const Predicate& where, AlignedNeedles& needles, ScanStats* stats) const override;
  bool has_sums(size_t block, const MetadataNames& names) const override;
  Result<BlockSums> sums(size_t block, ScanStats* stats) const override;
  Result<std::shared_ptr<Block>> load(size_t block, const RowFilter& filter) const override;
  Result<std::unique_ptr<Batch>> batch(size_t block, const RowFilter& filter, const BatchOptions& options) const override;

  const std::filesystem::path& path() const { return path_; }
  const PartDirectory& directory() const { return directory_; }
  const PartName& name() const { return directory_.name; }
  const std::vector<uint64_t>& replaces() const { return directory_.replaces; }
  uint64_t file_bytes() const { return file_bytes_; }
  uint64_t rows() const { return rows_; }
  /// Above every arrival number in it.
  uint64_t next_arrival() const { return directory_.next_arrival; }
  const Stream* stream(uint32_t code) const { return by_code_[code]; }
  /// Whether any stream has a label of this name.
  bool has_label(std::string_view name) const { return label_names_.find(name) != label_names_.end(); }

  /// All bytes of a block with its meta chunk, checksums verified.
  Result<std::string> read_block(size_t block) const;
  Result<std::shared_ptr<const BlockMeta>> block_meta(size_t block, ScanStats* stats) const;
  /// A block ready to be read, from the process's cache where it is in. To be used no longer than the part lives.
  Result<std::shared_ptr<OpenBlock>> open_block(size_t block, bool cached) const;
  /// A chunk of the file, checked, and followed by padding to read bits from.
  Result<std::string> read_chunk(const File& file, const Chunk& chunk, ScanStats* stats) const;
  /// Appends the entries of one page of the id index.
  Result<void> read_ids(size_t page, std::vector<IdEntry>& entries) const;
  /// The windows (block_summary.h) of all blocks, one behind the other.
  Result<std::string> windows(ScanStats* stats) const;
  /// The roll-up of a block that has one, as it is stored.
  Result<std::string> roll_up(size_t block, ScanStats* stats) const;
  /// What its lines are made of; read once, then kept. nullptr: not known. Errors: kCorrupt, kIo.
  Result<std::shared_ptr<const Vocabulary>> vocabulary(ScanStats* stats) const;

  /// Its rows are in another part now: the file goes when the last reader is done.
  void make_obsolete() { obsolete_ = true; }

 private:
  explicit Part(std::filesystem::path path) : path_(std::move(path)) {}
  Result<void> read_directory(StreamIndex& index);
  Result<std::string> read_block_chunk(const BlockEntry& entry, const Chunk& chunk) const;
  Result<BlockRows> pick(size_t block, const RowFilter& filter) const;
  Error with_path(const Error& error, size_t block) const;

  std::filesystem::path path_;
  PartDirectory directory_;
  std::vector<const Stream*> by_code_;
  std::vector<uint64_t> ids_;  ///< of the streams by code
  std::vector<StreamSpan> streams_;
  std::set<std::string, std::less<>> label_names_;  ///< of all streams
  std::vector<BlockSpan> blocks_;
  uint64_t file_bytes_ = 0, rows_ = 0;
  std::atomic<bool> obsolete_{false};
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Vocabulary> vocabulary_;
};

}  // namespace sleipnir::storage
