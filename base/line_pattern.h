#pragma once
// The pattern of `| pattern` as data (logql.md §7.10).
#include <string>
#include <vector>

namespace sleipnir {

struct PatternNode {
  bool capture = false;
  std::string text;  ///< the literal, or the name of the capture
  bool named() const { return capture && text != "_"; }
};

/// Literal texts and captures, which alternate.
using LinePattern = std::vector<PatternNode>;

}  // namespace sleipnir
