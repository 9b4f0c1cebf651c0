#pragma once
// Puts parts of a regular expression together and simplifies them on the way, in the order in which Go's parser does it (logql.md §7.4).
#include <vector>

#include "logql/stages/regex_tree.h"

namespace sleipnir::logql {

/// Matches one character: a class, `.`, or a literal of one.
bool is_one_char(const RegexTree& tree);
/// The class that matches what either of two one-character expressions matches.
RegexTree merged_class(const RegexTree& a, const RegexTree& b);

/// `a|b|c`: branches that start with the same characters become `prefix(rest|rest)`, one-character neighbours a class, empty neighbours one.
RegexTree alternation(std::vector<RegexTree> branches);
/// The parts one after the other; literals that follow each other become one.
RegexTree concatenation(std::vector<RegexTree> parts);

}  // namespace sleipnir::logql
