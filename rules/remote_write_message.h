#pragma once
#include <string>
#include <vector>

#include "rules/delivery.h"
#include "rules/query.h"

namespace sleipnir::rules {

/// Bodies of Prometheus's remote write 1.0 (a snappy block of protobuf), some thousand samples each, all at the instant `at`.
std::vector<Message> remote_write_messages(const std::string& tenant, const std::vector<VectorSample>& samples, Nanos at);

}  // namespace sleipnir::rules
