#pragma once
// The directory of a part: all that is kept in memory of it.
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "storage/part/id_index.h"
#include "storage/scan/run.h"

namespace sleipnir::storage {

/// What names a part: `<partition>-<16 hex digits of id>.part`.
struct PartName {
  uint64_t id = 0;         ///< unique in the tenant, ascending in the order of creation
  std::string partition;   ///< a UTC day, `2026-11-21`, or `mixed`

  std::string file_name() const;
  /// False where `file_name` is not a part's.
  static bool parse(std::string_view file_name, PartName& name);
};

/// A block in its part: chunks, then the meta chunk.
struct BlockEntry {
  BlockSpan span;
  uint64_t offset = 0, chunk_bytes = 0;   ///< the chunks begin at `offset` of the file; `meta` follows
  Chunk meta;                             ///< offset in the file
  std::vector<uint32_t> streams;          ///< stream codes of the part, in the order of the block's own numbers
  uint32_t longest_text_word = 0, longest_id_word = 0;  ///< BlockSummary
  bool odd_escapes = false;
  bool metadata_indexed = false;          ///< every value of structured metadata is in the id index; not so where an older program wrote the block
  uint32_t window_bytes = 0;              ///< its share of the windows chunk, in the order of blocks
  Chunk roll_up;                          ///< offset in the file; length 0: none
  std::vector<std::string> left_out;      ///< names of metadata that the roll-up's sets do not have, ascending
};

struct PartDirectory {
  PartName name;
  std::vector<uint64_t> replaces;           ///< ids of parts whose rows are in this one
  uint64_t next_arrival = 0;                ///< above every arrival number in it
  std::vector<LabelSet> streams;            ///< by code
  std::vector<StreamSpan> spans;            ///< by code; `stream` is not stored
  std::vector<std::string> metadata_names;  ///< ascending; names of structured metadata that occur
  bool any_metadata_name = false;           ///< too many to list
  std::vector<BlockEntry> blocks;           ///< ascending by first timestamp
  std::vector<IdPage> id_pages;
  Chunk windows, vocabulary;                ///< offsets in the file; a vocabulary of length 0: none
};

std::string encode_directory(const PartDirectory& directory);
/// False where the bytes are no directory of a file of that version whose blocks and indexes end at `data_end`.
bool decode_directory(std::string_view bytes, uint32_t version, uint64_t data_end, PartDirectory& directory);

}  // namespace sleipnir::storage
