#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/block_format.h"
#include "storage/column/block_summary.h"
#include "storage/column/roll_up.h"

namespace sleipnir::storage {

/// A row on its way into a block. `line` must outlive the writing.
struct BlockRow {
  uint32_t stream = 0;  ///< rows of one stream lie together, streams ascend by this number
  uint32_t set = 0;     ///< index into `sets`
  Nanos timestamp = 0;
  uint64_t arrival = 0;
  std::string_view line;
};

struct WrittenBlock {
  std::string bytes;                ///< the chunks; `meta` is encoded separately, since the part checks it apart
  BlockMeta meta;
  std::vector<uint32_t> streams;    ///< BlockRow::stream of each of meta.streams
  BlockSummary summary;
  WrittenRollUp roll_up;
};

/// Cuts and encodes one block: at most kBlockRows rows in any order; they are sorted by (stream, timestamp, arrival). `sets` are coded label sets
/// (put_labels). Memory: the values of all lines once more, besides the result.
WrittenBlock write_block(std::vector<BlockRow> rows, std::span<const std::string_view> sets);

}  // namespace sleipnir::storage
