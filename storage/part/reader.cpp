#include "storage/part/reader.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "storage/part/block_cache.h"
#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/zstd_bytes.h"
#include "storage/part/column_batch.h"
#include "storage/part/column_block.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

/// What a directory may claim to decompress to.
constexpr uint64_t kMaxDirectory = 2ull << 30;

}  // namespace

Result<std::shared_ptr<Part>> Part::open(const std::filesystem::path& path, StreamIndex& index) {
  auto part = std::shared_ptr<Part>(new Part(path));
  if (auto read = part->read_directory(index); !read) return read.error();
  PartName named;
  if (!PartName::parse(path.filename().string(), named) || named.id != part->name().id) return corrupt(path, "the name is not the part's own");
  return part;
}

Part::~Part() {
  BlockCache::of_process().forget(this);
  if (!obsolete_) return;
  if (auto removed = remove_file(path_); !removed) spdlog::warn("part: {}", removed.error().message);
}

Result<void> Part::read_directory(StreamIndex& index) {
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  auto size = file->size();
  if (!size) return size.error();
  file_bytes_ = *size;
  if (file_bytes_ < FileHeader::kBytes + part::kFooterBytes) return corrupt(path_, "too short for a part");

  std::string header(FileHeader::kBytes, '\0'), footer(part::kFooterBytes, '\0');
  if (auto read = file->read(0, header.data(), header.size()); !read) return read;
  auto check = FileHeader::check(header, part::kMagic, part::kVersion);
  if (check == FileHeader::Check::kNewer) return Error{ErrorKind::kNotFound, path_.string() + ": was written by a newer version of this program"};
  if (check == FileHeader::Check::kDamaged || FileHeader::version(header) < part::kOldest) return corrupt(path_, "bad header");

  uint64_t footer_offset = file_bytes_ - footer.size();
  if (auto read = file->read(footer_offset, footer.data(), footer.size()); !read) return read;
  ByteReader in(footer);
  auto offset = in.fixed<uint64_t>(), stored_bytes = in.fixed<uint64_t>(), sum = in.fixed<uint64_t>();
  if (in.fixed<uint64_t>() != checksum(std::string_view(footer).substr(0, footer.size() - 8))) return corrupt(path_, "bad footer");
  if (offset > footer_offset || stored_bytes != footer_offset - offset) return corrupt(path_, "bad footer");

  std::string stored(stored_bytes, '\0');
  if (auto read = file->read(offset, stored.data(), stored.size()); !read) return read;
  std::string_view rest = stored;
  const auto raw = checksum(stored) == sum ? get_compressed(rest, kMaxDirectory) : std::nullopt;
  if (!raw || !decode_directory(*raw, FileHeader::version(header), offset, directory_)) return corrupt(path_, "bad directory");
  for (size_t s = 0; s < directory_.streams.size(); ++s) {
    by_code_.push_back(index.resolve(directory_.streams[s]));
    ids_.push_back(by_code_.back()->id);
    streams_.push_back(directory_.spans[s]);
    streams_.back().stream = by_code_.back();
    for (const Label& l : by_code_.back()->labels) label_names_.insert(l.name);
    rows_ += streams_.back().rows;
  }
  directory_.streams = {};
  directory_.spans = {};
  std::sort(streams_.begin(), streams_.end(), [](const StreamSpan& a, const StreamSpan& b) { return a.stream->id < b.stream->id; });
  for (const BlockEntry& b : directory_.blocks) blocks_.push_back(b.span);
  return {};
}

bool Part::block_may_hold(size_t block, const StreamSet& streams) const {
  const auto& codes = directory_.blocks[block].streams;
  return std::any_of(codes.begin(), codes.end(), [&](uint32_t code) { return streams.contains(ids_[code]); });
}

Result<std::string> Part::read_chunk(const File& file, const Chunk& chunk, ScanStats* stats) const {
  std::string bytes(chunk.length + PackedBits::kPadding, '\0');
  if (auto read = file.read(chunk.offset, bytes.data(), chunk.length); !read) return read.error();
  if (stats) stats->compressed_bytes += chunk.length;
  if (checksum(std::string_view(bytes).substr(0, chunk.length)) != chunk.checksum) return corrupt(path_, "bad checksum at offset " + std::to_string(chunk.offset));
  return bytes;
}

Result<std::shared_ptr<const BlockMeta>> Part::block_meta(size_t block, ScanStats* stats) const {
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  const BlockEntry& entry = directory_.blocks[block];
  auto bytes = read_chunk(*file, entry.meta, stats);
  if (!bytes) return bytes.error();
  auto meta = decode_meta(std::string_view(*bytes).substr(0, entry.meta.length));
  if (!meta || meta->rows != entry.span.rows || meta->streams.size() != entry.streams.size()) return corrupt(path_, "malformed block " + std::to_string(block));
  return std::make_shared<const BlockMeta>(std::move(*meta));
}

Result<std::string> Part::read_block(size_t block) const {
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  const BlockEntry& entry = directory_.blocks[block];
  std::string bytes(entry.chunk_bytes + entry.meta.length, '\0');
  if (auto read = file->read(entry.offset, bytes.data(), bytes.size()); !read) return read.error();
  auto meta = block_meta(block, nullptr);
  if (!meta) return meta.error();
  for (const Chunk& c : (*meta)->chunks()) {
    if (c.length == 0) continue;
    if (c.offset > entry.chunk_bytes || c.length > entry.chunk_bytes - c.offset || checksum(std::string_view(bytes).substr(c.offset, c.length)) != c.checksum)
      return corrupt(path_, "bad checksum in block " + std::to_string(block));
  }
  return bytes;
}

Result<void> Part::read_ids(size_t number, std::vector<IdEntry>& entries) const {
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  const IdPage& page = directory_.id_pages[number];
  auto bytes = read_chunk(*file, page.chunk, nullptr);
  if (!bytes) return bytes.error();
  const auto beyond = [&](const IdEntry& e) { return e.block >= blocks_.size(); };
  if (!read_id_page(std::string_view(*bytes).substr(0, page.chunk.length), page, entries) || std::any_of(entries.begin(), entries.end(), beyond))
    return corrupt(path_, "malformed id index");
  return {};
}

Result<std::string> Part::windows(ScanStats* stats) const {
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  return read_chunk(*file, directory_.windows, stats);
}

bool Part::has_sums(size_t block, const MetadataNames& names) const {
  const BlockEntry& b = directory_.blocks[block];
  const auto asked = [&](const std::string& name) { return !names || std::binary_search(names->begin(), names->end(), name); };
  return b.roll_up.length != 0 && std::none_of(b.left_out.begin(), b.left_out.end(), asked);
}

Result<std::string> Part::roll_up(size_t block, ScanStats* stats) const {
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  const Chunk& chunk = directory_.blocks[block].roll_up;
  auto bytes = read_chunk(*file, chunk, stats);
  if (bytes) bytes->resize(chunk.length);
  return bytes;
}

Result<std::shared_ptr<const Vocabulary>> Part::vocabulary(ScanStats* stats) const {
  std::lock_guard lock(mutex_);
  if (vocabulary_ || directory_.vocabulary.length == 0) return vocabulary_;
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  auto bytes = read_chunk(*file, directory_.vocabulary, stats);
  if (!bytes) return bytes.error();
  auto decoded = Vocabulary::decode(std::string_view(*bytes).substr(0, directory_.vocabulary.length));
  if (!decoded) return corrupt(path_, "malformed vocabulary");
  vocabulary_ = std::make_shared<const Vocabulary>(std::move(*decoded));
  return vocabulary_;
}

Result<BlockSums> Part::sums(size_t block, ScanStats* stats) const {
  auto bytes = roll_up(block, stats);
  if (!bytes) return bytes.error();
  const auto& codes = directory_.blocks[block].streams;
  auto decoded = read_roll_up(*bytes, codes.size(), !directory_.blocks[block].left_out.empty());
  if (!decoded) return corrupt(path_, decoded.error().message);
  BlockSums sums{std::move(*decoded), {}};
  for (const uint32_t code : codes) sums.streams.push_back(by_code_[code]);
  return sums;
}

Result<std::string> Part::read_block_chunk(const BlockEntry& entry, const Chunk& chunk) const {
  if (chunk.offset > entry.chunk_bytes || chunk.length > entry.chunk_bytes - chunk.offset) return corrupt(path_, "malformed block");
  auto file = File::open_for_reading(path_);
  if (!file) return file.error();
  return read_chunk(*file, {entry.offset + chunk.offset, chunk.length, chunk.checksum}, nullptr);
}

Result<std::shared_ptr<OpenBlock>> Part::open_block(size_t block, bool cached) const {
  if (cached) {
    if (auto open = BlockCache::of_process().find(this, block)) return open;
  }
  auto meta = block_meta(block, nullptr);
  if (!meta) return meta.error();
  const BlockEntry& entry = directory_.blocks[block];
  std::vector<const Stream*> streams;
  for (const uint32_t code : entry.streams) streams.push_back(by_code_[code]);
  return std::make_shared<OpenBlock>(std::move(*meta), [this, &entry](const Chunk& c) { return read_block_chunk(entry, c); }, std::move(streams));
}

Result<BlockRows> Part::pick(size_t block, const RowFilter& filter) const {
  auto open = open_block(block, filter.cached);
  if (!open) return open.error();
  if (!filter.where) return BlockRows::pick(shared_from_this(), block, std::move(*open), filter);
  auto known = vocabulary(nullptr);
  if (!known) return known.error();
  RowFilter with_vocabulary = filter;
  with_vocabulary.vocabulary = known->get();
  return BlockRows::pick(shared_from_this(), block, std::move(*open), with_vocabulary);
}

Error Part::with_path(const Error& error, size_t block) const {
  const bool says_where = error.kind != ErrorKind::kCorrupt || error.message.find(path_.string()) != std::string::npos;
  return says_where ? error : corrupt(path_, error.message + " " + std::to_string(block));
}

Result<std::shared_ptr<Block>> Part::load(size_t block, const RowFilter& filter) const {
  auto rows = pick(block, filter);
  if (!rows) return with_path(rows.error(), block);
  auto loaded = column_block(std::move(*rows));
  if (!loaded) return with_path(loaded.error(), block);
  return loaded;
}

Result<std::unique_ptr<Batch>> Part::batch(size_t block, const RowFilter& filter, const BatchOptions& options) const {
  auto rows = pick(block, filter);
  if (!rows) return with_path(rows.error(), block);
  auto loaded = column_batch(std::move(*rows), options);
  if (!loaded) return with_path(loaded.error(), block);
  return loaded;
}

}  // namespace sleipnir::storage
