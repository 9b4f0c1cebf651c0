#pragma once
// `|> "…<_>…"` (logql.md §7.2).
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sleipnir::logql {

class PatternFilter {
 public:
  /// Errors: `named captures are not allowed: found '<a>'`, `found consecutive capture '<_><_>': invalid expression`.
  static Result<PatternFilter> compile(std::string_view pattern);
  bool matches(std::string_view line) const;
  const std::vector<std::string>& literals() const { return literals_; }

 private:
  std::vector<std::string> literals_;  // in order; between two of them is a placeholder
  bool leading_placeholder_ = false, trailing_placeholder_ = false;
};

}  // namespace sleipnir::logql
