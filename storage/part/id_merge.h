#pragma once
// The id index of a merged part, made of those of its sources page by page: memory does not grow with the number of ids.
#include <functional>
#include <memory>

#include "storage/part/reader.h"

namespace sleipnir::storage {

/// Ids that go into a new index. `numbers`: of each block of the source its number in the new part, kDropped where its rows have been written anew.
struct IdSource {
  static constexpr uint32_t kDropped = UINT32_MAX;
  std::shared_ptr<const Part> part;
  std::vector<uint32_t> numbers;
};

/// Calls `put` with full pages of entries, and a last one, ascending by fingerprint: those of the sources and `own`, which ascend.
/// Errors: kCorrupt, kIo, those of `put`.
Result<void> merge_ids(const std::vector<IdSource>& sources, std::span<const IdEntry> own, const std::function<Result<void>(const std::vector<IdEntry>&)>& put);

}  // namespace sleipnir::storage
