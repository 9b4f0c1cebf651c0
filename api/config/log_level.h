#pragma once
#include <string_view>

#include "base/result.h"

namespace sleipnir::api {

/// Whether the server can log at this level: Loki's four, and `trace` and `critical`.
Result<void> check_log_level(std::string_view level);

}  // namespace sleipnir::api
