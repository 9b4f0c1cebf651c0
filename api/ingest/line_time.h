#pragma once
#include <optional>
#include <string_view>

#include "base/time.h"

namespace sleipnir::api {

/// The time that a field of a log line names, as loggers write it:
///   2026-11-21T13:42:00.482Z, with a blank for the T, with a comma before the fraction, with +01:00, +0100 or no zone (UTC);
///   Unix time in seconds (also with a fraction), milliseconds, microseconds or nanoseconds, told apart by its size.
/// nullopt for anything else.
std::optional<Nanos> parse_line_time(std::string_view text);

}  // namespace sleipnir::api
