#include "api/config/log_level.h"

#include <algorithm>

#include "base/text.h"

namespace sleipnir::api {

Result<void> check_log_level(std::string_view level) {
  constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "critical"};
  if (std::find(std::begin(kLevels), std::end(kLevels), level) != std::end(kLevels)) return {};
  return invalid("debug, info, warn or error is expected, not " + go_quote(level));
}

}  // namespace sleipnir::api
