#pragma once
#include <string>

#include "base/time.h"
#include "oracle/chance.h"

namespace sleipnir::testing {

/// JSON with blanks between tokens, escapes (broken ones too), keys twice, huge numbers, any bytes, deep objects; one in seven is cut off
/// or followed by other text.
std::string odd_json_line(Chance& chance);
/// logfmt with quotes, escapes, keys without values, keys twice, control bytes, broken pairs.
std::string odd_logfmt_line(Chance& chance);
/// Words, ids, addresses, colours, packed lines, nothing at all, any bytes.
std::string odd_text_line(Chance& chance);
/// One of a few shapes, as a service writes them all day: ids, counters, decimals, an own time near `at`.
std::string canonical_line(Chance& chance, Nanos at);

}  // namespace sleipnir::testing
