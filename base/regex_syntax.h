#pragma once
#include <string>
#include <string_view>

namespace sleipnir {

/// A regular expression in Go's syntax (regexp/syntax of 1.22), as far as RE2 does not read it the same way.
struct RegexSyntax {
  std::string re2;           ///< the same expression for RE2: `(?<name>…)` is `(?P<name>…)`, an open `\Q` ends; up to `refusal` if there is one
  std::string refusal = {};  ///< what Go says to it where RE2 would say something else or nothing; RE2's error in `re2`, if any, comes before it

  /// One pass over the text; does not look for errors that RE2 finds and Go names the same.
  static RegexSyntax read(std::string_view go);
};

}  // namespace sleipnir
