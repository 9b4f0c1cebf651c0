#pragma once
// What the endpoints that ask for streams, not lines, have in common: time range and selector.
#include <vector>

#include "api/query/query.h"

namespace sleipnir::api {

/// `start`, `end`, `since`, refused when the end is before the start, or the range too long.
Result<TimeRange> metadata_range(const Query& query, const Request& request);

/// The streams that match and have an entry in the range, internal ones left out.
Result<std::vector<const Stream*>> find_streams(Query& query, const std::vector<Matcher>& matchers, const TimeRange& time);

/// Streams that only Loki's own components write: hidden from discovery.
bool internal_stream(const LabelSet& labels);

}  // namespace sleipnir::api
