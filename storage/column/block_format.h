#pragma once
// A column block as bytes: chunks, then the meta chunk that says where they are. storage/format.md describes them byte by byte.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/bytes.h"
#include "storage/column/shape.h"
#include "storage/column/values.h"

namespace sleipnir::storage {

/// Rows whose timestamps share one base: small enough that reading one row decodes little, large enough that bases cost nothing.
inline constexpr uint32_t kTimeRun = 128;
/// Rows of a block. Dictionaries, shapes and directories are paid once a block, and a needle's candidate block is read whole: 64 Ki balances the two.
inline constexpr uint32_t kBlockRows = 1 << 16;
/// A block ends before its lines exceed this (one line may be longer): what a writer holds in memory.
inline constexpr uint64_t kBlockLineBytes = 48 << 20;

/// Bytes [offset, offset + length) of the block.
struct Chunk {
  uint64_t offset = 0, length = 0, checksum = 0;
};

/// Consecutive rows of one stream. Its number in the block is its place in the list; the part says which stream that is.
struct StreamRows {
  uint32_t rows = 0;
  Nanos first = 0, last = 0;  ///< inclusive
  uint64_t line_bytes = 0, metadata_bytes = 0;
};

struct FieldChunk {
  Field field;
  Encoding encoding = Encoding::kConstant;
  uint32_t values = 0;
  Chunk chunk;
};

/// The names of structured metadata that a row has, as fields of the block, ascending.
using NameList = std::vector<uint32_t>;
/// With more lists metadata stays in sets.
inline constexpr size_t kMaxNameLists = 1024;

/// Everything about a block but its rows.
struct BlockMeta {
  uint32_t rows = 0, raw_rows = 0;
  std::vector<StreamRows> streams;  ///< in row order
  std::vector<Shape> shapes;        ///< row code = index; shapes.size() = raw
  std::vector<FieldChunk> fields;   ///< those of lines, then those of structured metadata, which ascend by name
  std::vector<std::string> sets;    ///< coded structured metadata, hardly any twice; empty: it is in columns
  std::vector<NameList> name_lists; ///< distinct; empty: metadata is in sets
  Chunk times, arrivals, shape_codes, set_codes, lengths, raw;  ///< length 0 where every row has code 0, or where there are no raw rows
  Chunk metadata_lengths;           ///< names and values of each row, where metadata is in columns

  bool metadata_in_columns() const { return sets.empty(); }
  /// How many of `fields` are those of lines.
  size_t line_fields() const;
  /// Those of metadata.
  std::span<const FieldChunk> metadata_fields() const { return std::span(fields).subspan(line_fields()); }
  /// The field of metadata of this name, if metadata is in columns. O(log fields).
  std::optional<uint32_t> metadata_field(std::string_view name) const;
  /// All of them, those of fields included.
  std::vector<Chunk> chunks() const;
};

void put_field(std::string& out, const Field& field);
/// `most`: the last format that is known here. False where the bytes are damaged.
bool read_field(ByteReader& in, Field& field, LineFormat most = LineFormat::kText);
void put_shape(std::string& out, const Shape& shape);
/// `fields`: how many its slots may refer to. False where the bytes are damaged.
bool read_shape(ByteReader& in, size_t fields, Shape& shape);

std::string encode_meta(const BlockMeta& meta);
/// Errors: kCorrupt.
Result<BlockMeta> decode_meta(std::string_view bytes);

}  // namespace sleipnir::storage
