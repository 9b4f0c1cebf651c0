#pragma once
#include <span>
#include <string>
#include <string_view>

#include <re2/re2.h>

namespace sleipnir::logql::gotemplate {

/// Go's Regexp.Expand: appends `text` with `$1`, `$name` (the longest run of letters, digits and `_`, of any script) and `${name}` replaced by the
/// groups of a match (the first is the whole match), and `$$` by `$`. Groups that the expression lacks, or that took no part, are empty; a `$` that no
/// name follows stays.
void append_expansion(std::string& out, const re2::RE2& re, std::span<const re2::StringPiece> groups, std::string_view text);

}  // namespace sleipnir::logql::gotemplate
