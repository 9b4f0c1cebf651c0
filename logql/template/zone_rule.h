#pragma once
#include <cstdint>
#include <string_view>

#include "logql/template/zone.h"

namespace sleipnir::logql::gotemplate {

/// What a POSIX TZ rule (`CET-1CEST,M3.5.0,M10.5.0/3`) says for a time; the abbreviation points into `rule`. `last` is the last
/// transition of the file: nothing holds before it. False where the rule is malformed.
bool apply_zone_rule(std::string_view rule, int64_t last, int64_t unix_seconds, ZoneOffset& offset);

}  // namespace sleipnir::logql::gotemplate
