#pragma once
// The id index of a part: which block holds a word of an id column. Sorted pages, of which a lookup reads one.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/column/block_format.h"

namespace sleipnir::storage {

struct IdEntry {
  uint32_t fingerprint = 0, block = 0;
  auto operator<=>(const IdEntry&) const = default;
};

/// A page as the part's directory lists it.
struct IdPage {
  uint32_t first = 0;    ///< fingerprint of its first entry
  uint32_t entries = 0;
  Chunk chunk;           ///< offset in the file
};

/// Appends one page: `entries` ascend, at most part::kIdPageEntries.
void put_id_page(std::string& out, const std::vector<IdEntry>& entries);
/// False where the bytes are damaged.
bool read_id_page(std::string_view bytes, const IdPage& page, std::vector<IdEntry>& entries);

/// Appends the blocks of one fingerprint; walks no further than it. False where the bytes are damaged.
bool find_in_id_page(std::string_view bytes, const IdPage& page, uint32_t fingerprint, std::vector<uint32_t>& blocks);

/// The pages [first, last) that may hold the fingerprint: one, or two where it stands at a border.
std::pair<size_t, size_t> pages_of(const std::vector<IdPage>& pages, uint32_t fingerprint);

}  // namespace sleipnir::storage
