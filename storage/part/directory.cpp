#include "storage/part/directory.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>

#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

enum BlockFlags : uint8_t { kOddEscapes = 1, kMetadataIndexed = 2, kLeavesOut = 4 };

void put_span(std::string& out, Nanos first, Nanos last) {
  put_varint(out, zigzag_delta(static_cast<uint64_t>(first), 0));
  put_varint(out, static_cast<uint64_t>(last) - static_cast<uint64_t>(first));
}

bool read_span(ByteReader& in, Nanos& first, Nanos& last) {
  first = static_cast<Nanos>(undo_zigzag_delta(in.varint(), 0));
  last = static_cast<Nanos>(static_cast<uint64_t>(first) + in.varint());
  return in.ok() && first <= last;
}

/// A chunk that lies behind the one before it: only its length is stored.
void put_chunk(std::string& out, const Chunk& c) {
  put_varint(out, c.length);
  put_fixed(out, c.checksum);
}

bool read_chunk(ByteReader& in, uint64_t& offset, uint64_t data_end, Chunk& c) {
  c.offset = offset;
  c.length = in.varint();
  c.checksum = in.fixed<uint64_t>();
  if (!in.ok() || c.length > data_end - offset) return false;
  offset += c.length;
  return true;
}

void put_block(std::string& out, const BlockEntry& b) {
  put_varint(out, b.span.rows);
  put_span(out, b.span.first, b.span.last);
  put_varint(out, b.offset);
  put_varint(out, b.chunk_bytes);
  put_chunk(out, b.meta);
  put_varint(out, b.longest_text_word);
  put_varint(out, b.longest_id_word);
  put_varint(out, b.odd_escapes * kOddEscapes + b.metadata_indexed * kMetadataIndexed + !b.left_out.empty() * kLeavesOut);
  put_varint(out, b.window_bytes);
  put_varint(out, b.streams.size());
  uint32_t previous = 0;
  for (const uint32_t code : b.streams) {
    put_varint(out, zigzag_delta(code, previous));
    previous = code;
  }
  if (b.left_out.empty()) return;
  put_varint(out, b.left_out.size());
  for (const std::string& name : b.left_out) put_bytes(out, name);
}

bool read_block(ByteReader& in, uint64_t data_end, size_t streams, BlockEntry& b) {
  b.span.rows = in.varint();
  if (!read_span(in, b.span.first, b.span.last) || b.span.rows == 0 || b.span.rows > kBlockRows) return false;
  b.offset = in.varint();
  b.chunk_bytes = in.varint();
  if (!in.ok() || b.offset > data_end || b.chunk_bytes > data_end - b.offset) return false;
  uint64_t offset = b.offset + b.chunk_bytes;
  if (!read_chunk(in, offset, data_end, b.meta)) return false;
  b.longest_text_word = static_cast<uint32_t>(in.varint());
  b.longest_id_word = static_cast<uint32_t>(in.varint());
  const uint64_t flags = in.varint();
  b.odd_escapes = flags & kOddEscapes;
  b.metadata_indexed = flags & kMetadataIndexed;
  b.window_bytes = static_cast<uint32_t>(in.varint());
  b.streams.resize(in.count());
  uint64_t code = 0;
  for (uint32_t& s : b.streams) {
    code = undo_zigzag_delta(in.varint(), code);
    if (code >= streams) return false;
    s = static_cast<uint32_t>(code);
  }
  b.left_out.resize(flags & kLeavesOut ? in.count() : 0);
  for (std::string& name : b.left_out) name = in.bytes();
  return in.ok() && (b.window_bytes == 0 || std::has_single_bit(b.window_bytes));
}

}  // namespace

std::string PartName::file_name() const { return fmt::format("{}-{:016x}{}", partition, id, part::kSuffix); }

bool PartName::parse(std::string_view file_name, PartName& name) {
  constexpr size_t kTail = 1 + 16;
  if (!file_name.ends_with(part::kSuffix)) return false;
  file_name.remove_suffix(part::kSuffix.size());
  if (file_name.size() <= kTail || file_name[file_name.size() - kTail] != '-') return false;
  std::string_view digits = file_name.substr(file_name.size() - 16);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), name.id, 16);
  name.partition = file_name.substr(0, file_name.size() - kTail);
  return error == std::errc() && end == digits.data() + digits.size();
}

std::string encode_directory(const PartDirectory& d) {
  std::string out;
  put_varint(out, d.name.id);
  put_bytes(out, d.name.partition);
  put_varint(out, d.replaces.size());
  for (const uint64_t id : d.replaces) put_varint(out, id);
  put_varint(out, d.next_arrival);
  put_varint(out, d.streams.size());
  for (size_t s = 0; s < d.streams.size(); ++s) {
    put_labels(out, d.streams[s]);
    put_span(out, d.spans[s].first, d.spans[s].last);
    put_varint(out, d.spans[s].rows);
    put_varint(out, d.spans[s].line_bytes);
    put_varint(out, d.spans[s].metadata_bytes);
  }
  put_varint(out, d.any_metadata_name);
  put_varint(out, d.metadata_names.size());
  for (const std::string& name : d.metadata_names) put_bytes(out, name);
  put_varint(out, d.blocks.size());
  for (const BlockEntry& b : d.blocks) put_block(out, b);
  put_varint(out, d.id_pages.empty() ? d.windows.offset : d.id_pages.front().chunk.offset);
  put_varint(out, d.id_pages.size());
  for (const IdPage& p : d.id_pages) {
    put_fixed(out, p.first);
    put_varint(out, p.entries);
    put_chunk(out, p.chunk);
  }
  put_chunk(out, d.windows);
  for (const BlockEntry& b : d.blocks) put_chunk(out, b.roll_up);
  put_chunk(out, d.vocabulary);
  return out;
}

bool decode_directory(std::string_view bytes, uint32_t version, uint64_t data_end, PartDirectory& d) {
  ByteReader in(bytes);
  d.name.id = in.varint();
  d.name.partition = in.bytes();
  d.replaces.resize(in.count());
  for (uint64_t& id : d.replaces) id = in.varint();
  d.next_arrival = in.varint();
  const uint64_t streams = in.count(6);
  for (uint64_t s = 0; s < streams; ++s) {
    d.streams.push_back(read_labels(in));
    StreamSpan& span = d.spans.emplace_back();
    if (!read_span(in, span.first, span.last)) return false;
    span.rows = in.varint();
    span.line_bytes = in.varint();
    span.metadata_bytes = in.varint();
  }
  d.any_metadata_name = in.varint();
  d.metadata_names.resize(in.count());
  for (std::string& name : d.metadata_names) name = in.bytes();
  d.blocks.resize(in.count(19));
  uint64_t windows = 0;
  for (BlockEntry& b : d.blocks) {
    if (!read_block(in, data_end, d.streams.size(), b)) return false;
    windows += b.window_bytes;
  }
  if (!std::is_sorted(d.blocks.begin(), d.blocks.end(), [](const BlockEntry& a, const BlockEntry& b) { return a.span.first < b.span.first; })) return false;
  uint64_t offset = in.varint();
  if (offset > data_end) return false;
  d.id_pages.resize(in.count(14));
  for (IdPage& p : d.id_pages) {
    p.first = in.fixed<uint32_t>();
    p.entries = static_cast<uint32_t>(in.varint());
    if (p.entries > part::kIdPageEntries || !read_chunk(in, offset, data_end, p.chunk)) return false;
  }
  if (!read_chunk(in, offset, data_end, d.windows) || d.windows.length != windows) return false;
  if (version >= part::kRollUps) {
    for (BlockEntry& b : d.blocks)
      if (!read_chunk(in, offset, data_end, b.roll_up)) return false;
    if (!read_chunk(in, offset, data_end, d.vocabulary)) return false;
  }
  return offset == data_end && in.finished() && !d.blocks.empty();
}

}  // namespace sleipnir::storage
