#pragma once
// The literal tests that stand for some regular expressions (logql.md §7.1, §7.4). They are not equivalent to the expression: a
// label filter loses its anchors (`v=~"b.*"` tests for *contains b*), and branches that match everything vanish from an alternation.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sleipnir::logql {

struct LiteralTest {
  enum class Kind { kContains, kEquals, kNotEmpty };
  Kind kind = Kind::kContains;
  std::string text;   ///< lower case where fold
  bool fold = false;  ///< case-insensitive

  bool matches(std::string_view value) const;
};

/// Any of the tests must hold; none at all means that everything matches.
using LiteralTests = std::vector<LiteralTest>;
bool matches(const LiteralTests& tests, std::string_view value);

/// nullopt: the expression itself must be run. `label`: a label filter, where a plain literal tests equality, not containment.
std::optional<LiteralTests> literal_tests(std::string_view regex, bool label);

bool contains(std::string_view text, std::string_view part);

}  // namespace sleipnir::logql
