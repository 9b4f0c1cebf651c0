#pragma once
// Go literals inside actions.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logql/template/node.h"

namespace sleipnir::logql::gotemplate {

/// Go's strconv.Unquote of a `"…"` or backtick literal; nullopt where Go says `invalid syntax`.
std::optional<std::string> unquote(std::string_view literal);

/// Fills a number node from a character constant, a complex or any other number. Errors are the texts of Go's parser:
/// `illegal number syntax: "08"`, `integer overflow: "99999999999999999999"`, `malformed character constant: 'ab'`, `invalid syntax`.
Result<void> parse_number(NumberNode& node, bool character, bool complex);

/// Go's strconv.ParseInt with base 0: prefixes 0x 0o 0b 0, underscores between digits; nullopt where wrong or out of range.
std::optional<int64_t> parse_prefixed_int(std::string_view text);

}  // namespace sleipnir::logql::gotemplate
