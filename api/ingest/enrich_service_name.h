#pragma once
#include <string>
#include <vector>

#include "base/labels.h"

namespace sleipnir::api {

/// Adds `service_name` to a stream that has none: the value of the first of `candidates` that the stream has, else `unknown_service`
/// (http-api.md §9.6.1). Without candidates, and on the streams that the server writes for itself, nothing is added. True if it was.
bool add_service_name(LabelSet& stream, const std::vector<std::string>& candidates);

/// A stream of the server's own: it carries `__aggregated_metric__` or `__pattern__`.
bool is_internal_stream(const LabelSet& stream);

}  // namespace sleipnir::api
