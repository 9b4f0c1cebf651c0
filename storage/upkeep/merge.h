#pragma once
#include "storage/upkeep/seal.h"

namespace sleipnir::storage {

/// How the blocks of several parts become those of one: most are copied as they are.
struct MergePlan {
  struct Source {
    std::shared_ptr<Part> part;
    std::vector<uint8_t> rewrite;  ///< of each block: its rows go through new blocks
  };
  std::vector<Source> sources;
};

/// Blocks are rewritten where they are small, where too many lie over the same time, or where another part holds one of their entries as well, so that the
/// merged part holds each once. Reads only rows at times that several parts hold. Errors: kIo, kCorrupt, those of the cancellation.
Result<MergePlan> plan_merge(const Parts& sources, const Cancellation& cancellation);

/// Writes what the plan says into `writer`. `keep` may be null: all rows stay.
Result<void> write_merged(const MergePlan& plan, const KeepRow& keep, PartWriter& writer, const Cancellation& cancellation);

}  // namespace sleipnir::storage
