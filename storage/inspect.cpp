#include "storage/inspect.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "storage/column/json_labels.h"
#include "storage/part/reader.h"

namespace sleipnir::storage {
namespace {

constexpr std::string_view kEncodings[] = {"constant", "dictionary", "number", "hex", "time", "template", "text", "reference", "padded"};
constexpr std::string_view kKinds[] = {"string", "text", "number", "bool", "array", "word"};
constexpr size_t kLongestPiece = 200;

std::string line_of(const Shape& shape) {
  std::string out;
  for (size_t s = 0; s < shape.slots.size(); ++s) out += shape.pieces[s] + "<" + std::string(kKinds[static_cast<size_t>(shape.slots[s].kind)]) + ">";
  out += shape.pieces.back();
  return out.size() > kLongestPiece ? out.substr(0, kLongestPiece) + "…" : out;
}

void append_block(const Part& part, size_t b, const BlockMeta& meta, std::string& out) {
  const BlockEntry& entry = part.directory().blocks[b];
  out += fmt::format("block {}: {} rows ({} raw), {} streams, {} … {}, {} bytes, directory {} bytes, windows {} bytes, roll-up {} bytes\n", b, meta.rows, meta.raw_rows, meta.streams.size(), entry.span.first,
                     entry.span.last, entry.chunk_bytes, entry.meta.length, entry.window_bytes, entry.roll_up.length);
  const auto row = [&](std::string_view name, std::string_view encoding, uint64_t values, const Chunk& c) {
    if (c.length || values) out += fmt::format("  {:<28} {:<10} {:>7} values {:>9} bytes  {:.2f} a row\n", name, encoding, values, c.length, double(c.length) / meta.rows);
  };
  row("(timestamps)", "", meta.rows, meta.times);
  row("(arrivals)", "", meta.rows, meta.arrivals);
  row("(shape)", "", 0, meta.shape_codes);
  if (meta.metadata_in_columns()) out += fmt::format("  metadata in {} columns, {} lists of names\n", meta.metadata_fields().size(), meta.name_lists.size());
  row("(metadata)", "", meta.sets.size(), meta.set_codes);
  row("(metadata length)", "", 0, meta.metadata_lengths);
  row("(line length)", "", 0, meta.lengths);
  row("(raw lines)", "text", meta.raw_rows, meta.raw);
  for (const FieldChunk& f : meta.fields) row(f.field.format == LineFormat::kMetadata ? "metadata " + f.field.path[0] : json_label(f.field), kEncodings[static_cast<size_t>(f.encoding)], f.values, f.chunk);
  for (const Shape& s : meta.shapes) out += "  shape " + line_of(s) + "\n";
}

}  // namespace

Result<std::string> inspect_part(const std::filesystem::path& path) {
  StreamIndex streams;
  auto part = Part::open(path, streams);
  if (!part) return part.error();
  const PartDirectory& directory = (*part)->directory();
  uint64_t index_bytes = 0, ids = 0, roll_up_bytes = 0;
  for (const IdPage& p : directory.id_pages) {
    index_bytes += p.chunk.length;
    ids += p.entries;
  }
  auto vocabulary = (*part)->vocabulary(nullptr);
  if (!vocabulary) return vocabulary.error();
  for (const BlockEntry& b : directory.blocks) roll_up_bytes += b.roll_up.length;
  std::string out = fmt::format("{}: {} bytes, {} rows ({:.2f} bytes a row), {} streams, {} blocks\nid index: {} entries, {} bytes, {} pages; windows: {} bytes; roll-ups: {} bytes; vocabulary: {} bytes\n",
                                path.filename().string(), (*part)->file_bytes(), (*part)->rows(), double((*part)->file_bytes()) / (*part)->rows(), streams.size(), directory.blocks.size(),
                                ids, index_bytes, directory.id_pages.size(), directory.windows.length, roll_up_bytes,
                                directory.vocabulary.length);
  if (*vocabulary) out += "vocabulary: " + (*vocabulary)->to_string();
  for (size_t b = 0; b < directory.blocks.size(); ++b) {
    auto meta = (*part)->block_meta(b, nullptr);
    if (!meta) return meta.error();
    append_block(**part, b, **meta, out);
  }
  return out;
}

}  // namespace sleipnir::storage
