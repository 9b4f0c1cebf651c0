#pragma once
// The part of a regular expression's syntax tree that literal tests can replace (logql.md §7.4), shaped as Go's parser shapes it:
// merged literals, alternations factored by their common prefixes. What Loki does with a regex depends on that shape.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sleipnir::logql {

struct RegexTree {
  enum class Kind {
    kEmpty,
    kLiteral,
    kClass,      ///< one of several characters; which ones is not kept
    kAny,        ///< `.` without the `s` flag
    kStar,       ///< `.*`
    kPlus,       ///< `.+`
    kCapture,
    kConcat,
    kAlternate,
  };
  Kind kind = Kind::kEmpty;
  bool fold = false;           ///< case-insensitive, as the parser marks it on this very node
  bool lazy = false;           ///< of kStar, kPlus
  std::u32string literal;      ///< lower case where fold
  std::vector<RegexTree> sub;

  static RegexTree of(Kind kind, std::vector<RegexTree> sub = {}) {
    RegexTree tree;
    tree.kind = kind;
    tree.sub = std::move(sub);
    return tree;
  }
};

/// The tree, or nullopt when the regex has anything beyond literals, `.`, `.*`, `.+`, groups, alternation and the flags i, s, U, m.
std::optional<RegexTree> parse_regex_tree(std::string_view regex);

/// `lit{ab}`, `cat{…}`, `alt{…}`, … for tests.
std::string to_string(const RegexTree& tree);

}  // namespace sleipnir::logql
