#include "storage/column/block_format.h"

#include <algorithm>

#include "storage/bytes.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMaxMetaBytes = 256 << 20;

void put_chunk(std::string& out, const Chunk& c) {
  put_varint(out, c.offset);
  put_varint(out, c.length);
  put_fixed(out, c.checksum);
}

Chunk get_chunk(ByteReader& in) {
  Chunk c;
  c.offset = in.varint();
  c.length = in.varint();
  c.checksum = in.fixed<uint64_t>();
  return c;
}

constexpr Chunk BlockMeta::*kChunks[] = {&BlockMeta::times, &BlockMeta::arrivals, &BlockMeta::shape_codes, &BlockMeta::set_codes, &BlockMeta::lengths, &BlockMeta::raw};

bool is_metadata(const FieldChunk& f) { return f.field.format == LineFormat::kMetadata; }

/// Fields of metadata come last, ascending by their names.
bool in_order(std::span<const FieldChunk> fields) {
  const FieldChunk* last = nullptr;
  for (const FieldChunk& f : fields) {
    if (last && is_metadata(*last) && (!is_metadata(f) || f.field.path <= last->field.path)) return false;
    if (is_metadata(f) && (f.field.path.size() != 1 || f.field.occurrence != 0)) return false;
    last = &f;
  }
  return true;
}

void put_metadata(std::string& out, const BlockMeta& meta) {
  put_varint(out, meta.sets.size());
  for (const std::string& s : meta.sets) put_bytes(out, s);
  if (!meta.metadata_in_columns()) return;
  put_varint(out, meta.name_lists.size());
  for (const NameList& list : meta.name_lists) {
    put_varint(out, list.size());
    for (const uint32_t field : list) put_varint(out, field);
  }
  put_chunk(out, meta.metadata_lengths);
}

/// False where the bytes are damaged.
bool read_name_list(ByteReader& in, const BlockMeta& meta, size_t line_fields, NameList& list) {
  list.resize(in.count());
  uint64_t least = line_fields;
  for (uint32_t& field : list) {
    const uint64_t f = in.varint();
    if (f < least || f >= meta.fields.size()) return false;
    field = static_cast<uint32_t>(f);
    least = f + 1;
  }
  return in.ok();
}

bool read_metadata(ByteReader& in, BlockMeta& meta) {
  meta.sets.resize(in.count());
  for (std::string& s : meta.sets) s = in.bytes();
  if (!meta.metadata_in_columns()) return in.ok() && meta.metadata_fields().empty();
  meta.name_lists.resize(in.count());
  if (meta.name_lists.empty() || meta.name_lists.size() > kMaxNameLists) return false;
  for (NameList& list : meta.name_lists)
    if (!read_name_list(in, meta, meta.line_fields(), list)) return false;
  meta.metadata_lengths = get_chunk(in);
  return in.ok();
}

}  // namespace

std::vector<Chunk> BlockMeta::chunks() const {
  std::vector<Chunk> all;
  for (const auto chunk : kChunks) all.push_back(this->*chunk);
  all.push_back(metadata_lengths);
  for (const FieldChunk& f : fields) all.push_back(f.chunk);
  return all;
}

size_t BlockMeta::line_fields() const {
  return static_cast<size_t>(std::partition_point(fields.begin(), fields.end(), [](const FieldChunk& f) { return !is_metadata(f); }) - fields.begin());
}

std::optional<uint32_t> BlockMeta::metadata_field(std::string_view name) const {
  const auto of = metadata_fields();
  const auto at = std::lower_bound(of.begin(), of.end(), name, [](const FieldChunk& f, std::string_view n) { return f.field.path[0] < n; });
  if (at == of.end() || at->field.path[0] != name) return std::nullopt;
  return static_cast<uint32_t>(fields.size() - static_cast<size_t>(of.end() - at));
}

void put_field(std::string& out, const Field& field) {
  out += static_cast<char>(field.format);
  put_varint(out, field.occurrence);
  put_varint(out, field.path.size());
  for (const std::string& key : field.path) put_bytes(out, key);
}

bool read_field(ByteReader& in, Field& field, LineFormat most) {
  field.format = static_cast<LineFormat>(in.fixed<uint8_t>());
  field.occurrence = static_cast<uint32_t>(in.varint());
  field.path.resize(in.count());
  for (std::string& key : field.path) key = in.bytes();
  return in.ok() && field.format <= most;
}

void put_shape(std::string& out, const Shape& shape) {
  out += static_cast<char>(shape.format);
  put_varint(out, shape.slots.size());
  for (const Slot& slot : shape.slots) {
    out += static_cast<char>(slot.kind);
    put_varint(out, slot.field);
  }
  for (const std::string& piece : shape.pieces) put_bytes(out, piece);
}

bool read_shape(ByteReader& in, size_t fields, Shape& shape) {
  shape.format = static_cast<LineFormat>(in.fixed<uint8_t>());
  shape.slots.resize(in.count(2));
  for (Slot& slot : shape.slots) {
    slot.kind = static_cast<SlotKind>(in.fixed<uint8_t>());
    const uint64_t field = in.varint();
    if (field >= fields || slot.kind > SlotKind::kWord) return false;
    slot.field = static_cast<uint32_t>(field);
  }
  shape.pieces.resize(shape.slots.size() + 1);
  for (std::string& piece : shape.pieces) piece = in.bytes();
  return in.ok() && shape.format <= LineFormat::kText;
}

std::string encode_meta(const BlockMeta& meta) {
  std::string raw;
  put_varint(raw, meta.rows);
  put_varint(raw, meta.raw_rows);
  put_varint(raw, meta.streams.size());
  for (const StreamRows& s : meta.streams) {
    put_varint(raw, s.rows);
    put_fixed(raw, static_cast<uint64_t>(s.first));
    put_varint(raw, static_cast<uint64_t>(s.last) - static_cast<uint64_t>(s.first));
    put_varint(raw, s.line_bytes);
    put_varint(raw, s.metadata_bytes);
  }
  put_varint(raw, meta.fields.size());
  for (const FieldChunk& f : meta.fields) {
    put_field(raw, f.field);
    raw += static_cast<char>(f.encoding);
    put_varint(raw, f.values);
    put_chunk(raw, f.chunk);
  }
  put_varint(raw, meta.shapes.size());
  for (const Shape& s : meta.shapes) put_shape(raw, s);
  put_metadata(raw, meta);
  for (const auto chunk : kChunks) put_chunk(raw, meta.*chunk);
  std::string out;
  put_compressed(out, raw);
  return out;
}

Result<BlockMeta> decode_meta(std::string_view bytes) {
  const Error damaged{ErrorKind::kCorrupt, "block directory is damaged"};
  const auto raw = get_compressed(bytes, kMaxMetaBytes);
  if (!raw || !bytes.empty()) return damaged;
  ByteReader in(*raw);
  BlockMeta meta;
  meta.rows = static_cast<uint32_t>(in.varint());
  meta.raw_rows = static_cast<uint32_t>(in.varint());
  uint64_t rows = 0;
  meta.streams.resize(in.count(12));
  for (StreamRows& s : meta.streams) {
    rows += s.rows = static_cast<uint32_t>(std::min<uint64_t>(in.varint(), kBlockRows + 1));
    s.first = static_cast<Nanos>(in.fixed<uint64_t>());
    s.last = static_cast<Nanos>(static_cast<uint64_t>(s.first) + in.varint());
    s.line_bytes = in.varint();
    s.metadata_bytes = in.varint();
  }
  if (rows != meta.rows || meta.rows > kBlockRows || meta.raw_rows > meta.rows) return damaged;
  meta.fields.resize(in.count(12));
  for (FieldChunk& f : meta.fields) {
    if (!read_field(in, f.field, LineFormat::kMetadata)) return damaged;
    f.encoding = static_cast<Encoding>(in.fixed<uint8_t>());
    f.values = static_cast<uint32_t>(in.varint());
    f.chunk = get_chunk(in);
    if (f.values > meta.rows || f.encoding > Encoding::kPadded) return damaged;
  }
  if (!in_order(meta.fields)) return damaged;
  meta.shapes.resize(in.count(3));
  if (meta.shapes.size() > ShapeTable::kMaxShapes) return damaged;
  const size_t line_fields = meta.line_fields();
  for (Shape& s : meta.shapes)
    if (!read_shape(in, line_fields, s)) return damaged;
  if (!read_metadata(in, meta)) return damaged;
  for (const auto chunk : kChunks) meta.*chunk = get_chunk(in);
  if (!in.finished()) return damaged;
  return meta;
}

}  // namespace sleipnir::storage
