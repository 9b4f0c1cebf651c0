#pragma once
#include <functional>

#include "storage/part/reader.h"
#include "storage/part/writer.h"

namespace sleipnir::storage {

using Parts = std::vector<std::shared_ptr<Part>>;

/// Where new parts go.
struct PartFolder {
  std::filesystem::path path;
  StreamIndex& index;
  std::function<uint64_t()> next_id;
};

/// Writes the rows of a head's runs into parts, one a UTC day (one `mixed` part where there are more than some days), and returns when
/// they are on disk, folder entries included. All or nothing, short of a crash between the renames of several days: then WAL and part
/// hold the same entries, which a scan shows once. Errors: kIo.
Result<Parts> seal_runs(const Runs& runs, const PartFolder& folder);

/// Writes the rows of parts of one partition into one new part that replaces them. The caller makes the sources obsolete.
/// Errors: kIo; kCorrupt when a source cannot be read; those of the cancellation. Then nothing has changed.
Result<std::shared_ptr<Part>> merge_parts(const Parts& sources, const PartFolder& folder, const Cancellation& cancellation);

/// Whether a row stays.
using KeepRow = std::function<bool(Block&, uint32_t row)>;

/// Writes a part anew that replaces it: blocks that are not to be rewritten as they are, of the others the rows that stay. At least one row must.
/// Errors: as of merge_parts.
Result<std::shared_ptr<Part>> rewrite_part(const std::shared_ptr<Part>& part, std::vector<uint8_t> rewrite, const KeepRow& keep, const PartFolder& folder,
                                           const Cancellation& cancellation);

}  // namespace sleipnir::storage
