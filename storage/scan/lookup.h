#pragma once
#include "storage/tenant_store.h"

namespace sleipnir::storage {

/// False only if the run certainly has no row of these streams with first <= timestamp <= last.
bool may_hold(const Run& run, const StreamSet& streams, Nanos first, Nanos last);

/// Source::streams of one tenant. Per-stream times of parts decide; rows are read where a part's times of a stream enclose the range. Errors: kCorrupt, kIo.
Result<std::vector<const Stream*>> find_streams(const TenantStore& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end);

/// Source::index_stats of one tenant. Per-stream sums of parts decide; streams whose times reach over the range's edge, or that several runs hold at the
/// same time (they may hold the same entries), are counted (count.h). Chunks are pairs of stream and part; the head counts as one part. Errors: kCorrupt, kIo.
Result<IndexStats> sum_streams(const TenantStore& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end);

}  // namespace sleipnir::storage
