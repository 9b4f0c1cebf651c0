#pragma once
// What a capture of `| pattern` takes, told once for all lines of a shape.
#include <optional>
#include <string>
#include <vector>

#include "base/line_pattern.h"
#include "storage/column/block_reader.h"

namespace sleipnir::storage {

/// A piece of a captured text: constant, or what lies between the ends of a value.
struct CapturedPart {
  static constexpr uint32_t kConstant = UINT32_MAX;
  uint32_t slot = kConstant;
  std::string text;                      ///< of a constant
  uint32_t drop_first = 0, drop_last = 0;  ///< bytes of the value that do not belong to it
};

struct CapturedText {
  enum class Kind : uint8_t { kUnknown, kAbsent, kText } kind = Kind::kUnknown;
  std::vector<CapturedPart> parts;  ///< of kText
};

/// Where the capture `name` lies in the block's lines of `shape`. kUnknown where that is not the same for all of them: a literal of the pattern may stand
/// within values. Costs a test of a column for each value that a literal may reach into. Errors: those of the reader.
Result<CapturedText> captured_text(BlockReader& reader, const Shape& shape, const LinePattern& pattern, std::string_view name);

}  // namespace sleipnir::storage
