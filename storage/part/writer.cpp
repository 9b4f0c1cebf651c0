#include "storage/part/writer.h"

#include <algorithm>
#include <numeric>

#include "storage/bytes.h"
#include "storage/column/radix_sort.h"
#include "storage/column/zstd_bytes.h"
#include "storage/part/reader.h"

namespace sleipnir::storage {

PartWriter::PartWriter(std::filesystem::path path, File file, PartName name, std::vector<uint64_t> replaces, size_t block_rows)
    : path_(std::move(path)), file_(std::move(file)), block_rows_(block_rows) {
  directory_.name = std::move(name);
  directory_.replaces = std::move(replaces);
}

Result<PartWriter> PartWriter::create(const std::filesystem::path& folder, PartName name, std::vector<uint64_t> replaces, size_t block_rows) {
  std::filesystem::path path = folder / name.file_name();
  auto file = File::create(path.string() + std::string(part::kTemporarySuffix));
  if (!file) return file.error();
  PartWriter writer(std::move(path), std::move(*file), std::move(name), std::move(replaces), block_rows);
  if (auto written = writer.write(FileHeader::make(part::kMagic, part::kVersion)); !written) {
    writer.abandon();
    return written.error();
  }
  return writer;
}

Result<void> PartWriter::write(std::string_view bytes) {
  if (auto written = file_.write(bytes); !written) return written;
  bytes_ += bytes.size();
  return {};
}

Result<void> PartWriter::write_chunk(Chunk& chunk, std::string_view bytes) {
  chunk = {bytes_, bytes.size(), checksum(bytes)};
  return write(bytes);
}

uint32_t PartWriter::stream_code(const Stream* stream) {
  if (stream->id >= codes_.size()) codes_.resize(stream->id + 1);
  uint32_t& code = codes_[stream->id];
  if (code == 0) {
    directory_.streams.push_back(stream->labels);
    directory_.spans.push_back({stream});
    code = static_cast<uint32_t>(directory_.streams.size());
  }
  return code - 1;
}

std::string_view PartWriter::Pending::keep(std::string_view text) {
  constexpr size_t kTextBytes = 1 << 20;
  if (texts.empty() || texts.back().capacity() - texts.back().size() < text.size()) texts.emplace_back().reserve(std::max(kTextBytes, text.size()));
  std::string& all = texts.back();
  all += text;
  return std::string_view(all).substr(all.size() - text.size());
}

/// Sets of which each row has its own go into columns: it does not pay to find those that are equal.
uint32_t PartWriter::Pending::code(std::string_view set, Lines lines) {
  constexpr size_t kFewSets = 1024;
  if (!sets.empty() && sets[latest_set] == set) return latest_set;
  const bool own = sets.size() != known.entries().size() || (sets.size() > kFewSets && sets.size() * 2 > rows.size());
  if (!own) latest_set = known.find(set);
  if (!own && latest_set != Distinct::kFull) return latest_set;
  latest_set = static_cast<uint32_t>(sets.size());
  sets.push_back(lines == Lines::kLast ? set : keep(set));
  if (!own) known.code(sets.back());
  return latest_set;
}

Result<void> PartWriter::add(Block& from, size_t row, Lines lines) {
  if (auto prepared = from.prepare_arrivals(); !prepared) return prepared;
  if (auto prepared = from.prepare_sets(); !prepared) return prepared;
  const std::string_view line = from.line(row);
  if (pending_.rows.size() == block_rows_ || (!pending_.rows.empty() && pending_.line_bytes + line.size() > kBlockLineBytes)) {
    if (auto written = write_rows(); !written) return written;
  }
  const std::string_view set = from.set(row);
  pending_.rows.push_back({stream_code(from.streams[row]), pending_.code(set, lines), from.timestamps[row], from.arrivals[row], lines == Lines::kLast ? line : pending_.keep(line)});
  pending_.line_bytes += line.size();
  directory_.next_arrival = std::max(directory_.next_arrival, from.arrivals[row] + 1);
  return {};
}

Result<void> PartWriter::write_rows() {
  Pending pending = std::exchange(pending_, {});
  WrittenBlock block = write_block(std::move(pending.rows), pending.sets);
  BlockEntry entry;
  entry.streams = std::move(block.streams);
  entry.longest_text_word = block.summary.longest_text_word;
  entry.longest_id_word = block.summary.longest_id_word;
  entry.odd_escapes = block.summary.odd_escapes;
  entry.metadata_indexed = true;
  entry.left_out = std::move(block.roll_up.left_out);
  vocabulary_.absorb(block.summary.vocabulary);
  const auto number = static_cast<uint32_t>(directory_.blocks.size());
  for (const uint32_t id : block.summary.ids) ids_.push_back({id, number});
  return put_block(std::move(entry), block.meta, block.bytes, encode_meta(block.meta), {block.summary.windows.bits(), std::move(block.roll_up.bytes)});
}

Result<void> PartWriter::copy(const std::shared_ptr<const Part>& source, size_t block, std::string_view windows) {
  if (!pending_.rows.empty()) {
    if (auto written = write_rows(); !written) return written;
  }
  if (id_sources_.empty() || id_sources_.back().part != source) {
    if (auto begun = begin_source(source); !begun) return begun;
  }
  BlockEntry entry = source->directory().blocks[block];
  auto bytes = source->read_block(block);
  if (!bytes) return bytes.error();
  auto meta = source->block_meta(block, nullptr);
  if (!meta) return meta.error();
  auto roll_up = entry.roll_up.length ? source->roll_up(block, nullptr) : Result<std::string>(std::string());
  if (!roll_up) return roll_up.error();
  for (uint32_t& code : entry.streams) code = stream_code(source->stream(code));
  directory_.next_arrival = std::max(directory_.next_arrival, source->next_arrival());
  id_sources_.back().numbers[block] = static_cast<uint32_t>(directory_.blocks.size());
  const std::string_view all = *bytes;
  return put_block(std::move(entry), **meta, all.substr(0, entry.chunk_bytes), all.substr(entry.chunk_bytes), {std::string(windows), std::move(*roll_up)});
}

Result<void> PartWriter::begin_source(const std::shared_ptr<const Part>& source) {
  id_sources_.push_back({source, std::vector<uint32_t>(source->blocks().size(), IdSource::kDropped)});
  auto vocabulary = source->vocabulary(nullptr);
  if (!vocabulary) return vocabulary.error();
  if (*vocabulary) vocabulary_.absorb(**vocabulary);
  else vocabulary_.give_up();
  return {};
}

Result<void> PartWriter::put_block(BlockEntry entry, const BlockMeta& meta, std::string_view chunks, std::string_view meta_chunk, Indexes indexes) {
  const std::vector<StreamRows>& streams = meta.streams;
  entry.offset = bytes_;
  entry.chunk_bytes = chunks.size();
  if (auto written = write(chunks); !written) return written;
  if (auto written = write_chunk(entry.meta, meta_chunk); !written) return written;
  entry.span = {streams.front().first, streams.front().last, 0};
  for (size_t s = 0; s < streams.size(); ++s) {
    const StreamRows& of = streams[s];
    directory_.spans[entry.streams[s]].add({nullptr, of.first, of.last, of.rows, of.line_bytes, of.metadata_bytes});
    entry.span.first = std::min(entry.span.first, of.first);
    entry.span.last = std::max(entry.span.last, of.last);
    entry.span.rows += of.rows;
  }
  add_metadata_names(meta);
  entry.window_bytes = static_cast<uint32_t>(indexes.windows.size());
  indexes_.push_back(std::move(indexes));
  rows_ += entry.span.rows;
  directory_.blocks.push_back(std::move(entry));
  return {};
}

void PartWriter::add_metadata_names(const BlockMeta& meta) {
  for (const FieldChunk& f : meta.metadata_fields()) metadata_names_.insert(f.field.path[0]);
  std::vector<std::string_view> previous;  // names by place: most sets have those of the set before
  for (const std::string& coded : meta.sets) {
    if (metadata_names_.size() > part::kMostMetadataNames) break;
    each_coded_label(coded, [&](size_t place, std::string_view name, std::string_view) {
      previous.resize(std::max(previous.size(), place + 1));
      if (name != std::exchange(previous[place], name)) metadata_names_.emplace(name);
    });
  }
}

void PartWriter::sort_blocks() {
  auto& blocks = directory_.blocks;
  std::vector<uint32_t> order(blocks.size()), rank(blocks.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return blocks[a].span.first < blocks[b].span.first; });
  std::vector<BlockEntry> sorted;
  std::vector<Indexes> indexes;
  for (const uint32_t b : order) {
    rank[b] = static_cast<uint32_t>(sorted.size());
    sorted.push_back(std::move(blocks[b]));
    indexes.push_back(std::move(indexes_[b]));
  }
  blocks = std::move(sorted);
  indexes_ = std::move(indexes);
  for (IdEntry& id : ids_) id.block = rank[id.block];
  for (IdSource& source : id_sources_)
    for (uint32_t& number : source.numbers)
      if (number != IdSource::kDropped) number = rank[number];
}

Result<void> PartWriter::write_index() {
  // Stable, and they come block by block: equal entries are neighbours.
  radix_sort(ids_, [](const IdEntry& e) { return e.fingerprint; });
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  auto merged = merge_ids(id_sources_, ids_, [&](const std::vector<IdEntry>& page) {
    std::string bytes;
    put_id_page(bytes, page);
    IdPage& entry = directory_.id_pages.emplace_back(IdPage{page.front().fingerprint, static_cast<uint32_t>(page.size()), {}});
    return write_chunk(entry.chunk, bytes);
  });
  if (!merged) return merged;
  std::string windows;
  for (const Indexes& of_block : indexes_) windows += of_block.windows;
  if (auto written = write_chunk(directory_.windows, windows); !written) return written;
  for (size_t b = 0; b < indexes_.size(); ++b)
    if (auto written = write_chunk(directory_.blocks[b].roll_up, indexes_[b].roll_up); !written) return written;
  return write_chunk(directory_.vocabulary, vocabulary_.encode());
}

Result<void> PartWriter::finish() {
  if (!pending_.rows.empty()) {
    if (auto written = write_rows(); !written) return written;
  }
  sort_blocks();
  if (auto written = write_index(); !written) return written;
  directory_.any_metadata_name = metadata_names_.size() > part::kMostMetadataNames;
  if (!directory_.any_metadata_name) directory_.metadata_names.assign(metadata_names_.begin(), metadata_names_.end());
  std::string stored, footer;
  put_compressed(stored, encode_directory(directory_));
  put_fixed<uint64_t>(footer, bytes_);
  put_fixed<uint64_t>(footer, stored.size());
  put_fixed<uint64_t>(footer, checksum(stored));
  put_fixed<uint64_t>(footer, checksum(footer));
  for (std::string_view bytes : {std::string_view(stored), std::string_view(footer)}) {
    if (auto written = write(bytes); !written) return written;
  }
  return file_.sync();
}

Result<void> PartWriter::publish() {
  auto renamed = rename_file(file_.path(), path_);
  file_.close();
  return renamed;
}

void PartWriter::abandon() {
  for (const auto& path : {file_.path(), path_}) (void)remove_file(path);
  file_.close();
}

}  // namespace sleipnir::storage
