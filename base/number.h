#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sleipnir {

/// Go's strconv.ParseFloat(s, 64): decimal, exponents, hex floats, Inf/Infinity/NaN in any case, underscores between digits.
/// Errors are Go's: `strconv.ParseFloat: parsing "abc": invalid syntax`, `…: value out of range`.
Result<double> parse_go_float(std::string_view text);

/// Go's strconv.ParseInt(s, 10, 64). Errors: `strconv.ParseInt: parsing "abc": invalid syntax` / `value out of range`.
Result<int64_t> parse_go_int(std::string_view text);

/// Go's FormatFloat(v, 'f', -1, 64): shortest round-trip, never an exponent; `NaN`, `+Inf`, `-Inf` (sample values, logql.md §11.2).
std::string format_sample(double v);
void append_sample(std::string& out, double v);

/// Go's %v of a float64: shortest round-trip digits, exponent form (`1e+06`, at least two exponent digits) when the decimal exponent
/// is < -4 or >= 21 if `json` (encoding/json's rule), else >= 6 (fmt's rule); otherwise plain decimal. `NaN`, `+Inf`, `-Inf`.
std::string format_go_float(double v, bool json = false);

/// humanize.ParseBytes (logql.md §7.4): digits . , then blanks, then a unit in any case, truncated to uint64.
/// Errors: `unhandled size name: x`, `too large: 100EB`, `strconv.ParseFloat: parsing "": invalid syntax`.
Result<uint64_t> parse_bytes(std::string_view text);

/// humanize.Bytes: SI, one decimal below 10: `10kB`, `1.0kB`, `82 MB` is written without the blank as Loki does.
std::string format_bytes(uint64_t n);

}  // namespace sleipnir
