#pragma once
#include <string>
#include <string_view>

#include "api/http/exchange.h"
#include "base/result.h"

namespace sleipnir::api {

/// Percent-decoding; `plus` turns + into a blank. Error (kInvalid) is Go's: `invalid URL escape "%zz"`.
Result<std::string> percent_decode(std::string_view text, bool plus);

/// Appends the pairs of `a=b&c=d` to `out`, in order. Error as of percent_decode; a `;` is refused as in Go.
Result<void> parse_form(std::string_view text, Pairs& out);

}  // namespace sleipnir::api
