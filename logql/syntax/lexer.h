#pragma once
#include <string_view>
#include <vector>

#include "logql/syntax/token.h"

namespace sleipnir::logql {

/// Cuts a query into tokens (logql.md §1), comments and blanks left out. The last token is kEnd, or kBad where the text cannot be
/// lexed: the parser reports it only if it gets that far. Linear.
std::vector<Token> lex(std::string_view query);

}  // namespace sleipnir::logql
