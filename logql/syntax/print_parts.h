#pragma once
// Pieces that the one-line form and the pretty form share.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logql/syntax/ast.h"

namespace sleipnir::logql {

std::string print_selector(const std::vector<Matcher>& matchers);
/// `| unwrap duration(x)`, without the filters behind.
std::string print_unwrap(const Unwrap& unwrap);
/// ` offset 1m0s`; empty for no offset.
std::string print_offset(Nanos offset);
std::string print_range(const LogRange& range);
/// ` by (a,b)` with a leading blank; `by ()` disappears.
std::string print_grouping(const std::optional<Grouping>& grouping, std::string_view separator);
/// The same for a range aggregation, where `by ()` has a meaning.
std::string print_range_grouping(const std::optional<Grouping>& grouping, std::string_view separator = ",");
/// `> bool on (a) group_left (b)`; `ignoring ()` alone disappears; without a group a blank follows `on (a)`, as in Loki. `before_paren`: what follows starts with a
/// parenthesis, which must not be read as the included labels.
std::string print_operator(const BinaryOperation& operation, std::string_view separator, bool before_paren);

}  // namespace sleipnir::logql
