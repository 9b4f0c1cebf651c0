#pragma once
// Rows and line bytes of a block by stream, metadata set and minute: what counts are made of without reading a row. storage/format.md has the bytes.
// A full minute on the clock is a unit of its own and what lies between two of them another: so windows may be open or closed to either side.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sleipnir::storage {

struct MetadataColumns;  // metadata_cut.h

struct BlockRow;

/// Unit 2k is the instant k · 60 s, unit 2k + 1 what lies between it and the next. Ascends with t.
inline int64_t unit_of(Nanos t) {
  const Nanos rest = t % kMinute;
  return 2 * (t / kMinute - (rest < 0)) + (rest != 0);
}
/// Times of a unit, inclusive.
struct UnitSpan { Nanos first, last; };
UnitSpan span_of_unit(int64_t unit);

struct RollUp {
  struct Sum { int64_t unit; uint64_t rows, line_bytes, metadata_bytes; };
  /// The sums [begin, end) of one stream and set, ascending by unit.
  struct Pair { uint32_t stream, set, begin, end; };

  std::vector<std::string> sets;  ///< coded structured metadata (bytes.h), distinct
  std::vector<Pair> pairs;        ///< `stream`: number in the block
  std::vector<Sum> sums;
};

struct WrittenRollUp {
  std::string bytes;                  ///< empty where it would not pay: then counts read the rows
  std::vector<std::string> left_out;  ///< names of metadata that its sets do not have, ascending: ids, of which each row has another
};

/// The encoded roll-up of the rows of a block, which ascend by (stream, timestamp). BlockRow::set indexes `sets` and
/// `set_bytes`, the sums of their names and values. `columns`: the same metadata in columns; null: sets are few.
WrittenRollUp write_roll_up(std::span<const BlockRow> rows, std::span<const std::string_view> sets, std::span<const uint32_t> set_bytes, MetadataColumns* columns);
/// `streams`: how many the block has; `leaves_out`: names of metadata. Errors: kCorrupt.
Result<RollUp> read_roll_up(std::string_view bytes, size_t streams, bool leaves_out);

}  // namespace sleipnir::storage
