#pragma once
// A shape is the constant text of a line; what varies are its values. Lines of one shape differ only in the values of its slots.
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sleipnir::storage {

/// What stands in a slot. It is part of the shape, so a reader knows it without looking at the value.
enum class SlotKind : uint8_t {
  kPlain,   ///< JSON or logfmt string content: printable ASCII without quote and backslash
  kText,    ///< JSON string content as written, escapes and bytes >= 0x80 included
  kNumber,  ///< JSON number as written
  kBool,    ///< true or false
  kArray,   ///< JSON array as written, brackets included
  kWord,    ///< logfmt value without quotes, or a variable of a plain-text template
};

/// What a field is part of. Only the first three are formats of lines.
enum class LineFormat : uint8_t { kJson, kLogfmt, kText, kMetadata };

/// Where a value stands: the keys that lead to it, outermost first. The n-th value under the same keys of one line has occurrence n-1.
struct Field {
  LineFormat format = LineFormat::kJson;
  std::vector<std::string> path;
  uint32_t occurrence = 0;
  bool operator==(const Field&) const = default;
};

struct Slot {
  SlotKind kind;
  uint32_t field;  ///< index in the block's field table
  bool operator==(const Slot&) const = default;
};

/// piece[0] value[0] piece[1] … value[n-1] piece[n]
struct Shape {
  LineFormat format = LineFormat::kJson;
  std::vector<std::string> pieces;
  std::vector<Slot> slots;
  bool operator==(const Shape&) const = default;

  /// Length of the line without its values.
  size_t constant_bytes() const;
  void append_line(const std::vector<std::string_view>& values, std::string& out) const;
};

/// Shapes and fields of one block while it is built. Not thread-safe.
class ShapeTable {
 public:
  static constexpr uint32_t kRaw = UINT32_MAX;
  /// Beyond this many the data have no shape worth keeping: further new ones stay raw. One byte codes a row.
  static constexpr size_t kMaxShapes = 255;
  static constexpr size_t kMaxSlots = 256;

  /// Cuts a line of JSON or logfmt into `values` (views into the line, one a slot) and returns its shape, or kRaw when it has none. `predicted` is tried first
  /// (the shape of the stream's line before, or kRaw): an ordinary line costs one pass over its bytes.
  uint32_t cut(std::string_view line, uint32_t predicted, std::vector<std::string_view>& values);

  const std::vector<Shape>& shapes() const { return shapes_; }
  const std::vector<Field>& fields() const { return fields_; }
  uint32_t field(Field f);  ///< its number; a new one where it is not in yet
  /// Its number; kRaw where there are too many.
  uint32_t add(Shape&& shape);

 private:

  std::vector<Shape> shapes_;
  std::vector<Field> fields_;
  std::unordered_multimap<uint64_t, uint32_t> by_hash_;
  std::unordered_map<std::string, uint32_t> field_ids_;
};

/// Matches `line` against one shape. False: another shape, `values` is undefined.
bool match_shape(const Shape& shape, std::string_view line, std::vector<std::string_view>& values);

/// End of the value of `kind` that starts at line[at]; npos where there is none.
size_t value_end(SlotKind kind, std::string_view line, size_t at);

}  // namespace sleipnir::storage
