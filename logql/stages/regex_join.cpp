#include "logql/stages/regex_join.h"

#include <algorithm>

namespace sleipnir::logql {
namespace {

using Kind = RegexTree::Kind;
using Trees = std::vector<RegexTree>;

bool is_class_with_newline(const RegexTree& t) { return t.kind == Kind::kClass || (t.kind == Kind::kLiteral && t.literal[0] == U'\n'); }

const RegexTree* leading_literal(const RegexTree& t) {
  const RegexTree& first = t.kind == Kind::kConcat && !t.sub.empty() ? t.sub[0] : t;
  return first.kind == Kind::kLiteral ? &first : nullptr;
}

void drop_leading(RegexTree& t, size_t runes) {
  if (t.kind == Kind::kConcat) {
    drop_leading(t.sub[0], runes);
    if (t.sub[0].kind != Kind::kEmpty) return;
    t.sub.erase(t.sub.begin());
    if (t.sub.size() == 1) t = RegexTree(std::move(t.sub[0]));
    return;
  }
  t.literal.erase(0, runes);
  if (t.literal.empty()) t.kind = Kind::kEmpty;
}

/// Branches that start with the same characters become `prefix(rest|rest)`.
Trees factor_prefixes(Trees in) {
  Trees out;
  std::u32string prefix;
  bool fold = false;
  size_t start = 0;
  for (size_t i = 0; i <= in.size(); ++i) {
    std::u32string mine;
    bool my_fold = false;
    if (i < in.size()) {
      if (const RegexTree* l = leading_literal(in[i])) {
        mine = l->literal;
        my_fold = l->fold;
      }
      if (my_fold == fold) {
        const auto common = static_cast<size_t>(std::mismatch(prefix.begin(), prefix.end(), mine.begin(), mine.end()).first - prefix.begin());
        if (common > 0) {
          prefix.resize(common);
          continue;
        }
      }
    }
    if (i == start + 1) {
      out.push_back(std::move(in[start]));
    } else if (i > start) {
      Trees rest(std::make_move_iterator(in.begin() + static_cast<ptrdiff_t>(start)), std::make_move_iterator(in.begin() + static_cast<ptrdiff_t>(i)));
      for (RegexTree& r : rest) drop_leading(r, prefix.size());
      RegexTree literal = RegexTree::of(Kind::kLiteral);
      literal.literal = prefix;
      literal.fold = fold;
      Trees pair;
      pair.push_back(std::move(literal));
      pair.push_back(alternation(std::move(rest)));
      out.push_back(RegexTree::of(Kind::kConcat, std::move(pair)));
    }
    start = i;
    prefix = std::move(mine);
    fold = my_fold;
  }
  return out;
}

Trees merge_classes(Trees in) {
  Trees out;
  bool open = false;  // the last of `out` is a one-character branch
  for (RegexTree& t : in) {
    const bool one = is_one_char(t);
    if (one && open) {
      out.back() = merged_class(out.back(), t);
    } else {
      out.push_back(std::move(t));
    }
    open = one;
  }
  return out;
}

Trees merge_empties(Trees in) {
  Trees out;
  for (RegexTree& t : in)
    if (t.kind != Kind::kEmpty || out.empty() || out.back().kind != Kind::kEmpty) out.push_back(std::move(t));
  return out;
}

Trees flattened(Trees in, Kind kind) {
  Trees out;
  for (RegexTree& t : in) {
    if (t.kind == kind) {
      std::move(t.sub.begin(), t.sub.end(), std::back_inserter(out));
    } else {
      out.push_back(std::move(t));
    }
  }
  return out;
}

}  // namespace

bool is_one_char(const RegexTree& t) { return t.kind == Kind::kClass || t.kind == Kind::kAny || (t.kind == Kind::kLiteral && t.literal.size() == 1); }

RegexTree merged_class(const RegexTree& a, const RegexTree& b) {
  if (a.kind == Kind::kLiteral && b.kind == Kind::kLiteral && a.literal == b.literal && a.fold == b.fold) return a;
  if (a.kind == Kind::kAny && !is_class_with_newline(b)) return a;
  if (b.kind == Kind::kAny && !is_class_with_newline(a)) return b;
  return RegexTree::of(Kind::kClass);
}

RegexTree alternation(Trees branches) {
  if (branches.size() == 1) return std::move(branches[0]);
  Trees merged = merge_empties(merge_classes(factor_prefixes(flattened(std::move(branches), Kind::kAlternate))));
  if (merged.size() == 1) return RegexTree(std::move(merged[0]));
  return RegexTree::of(Kind::kAlternate, std::move(merged));
}

RegexTree concatenation(Trees parts) {
  Trees joined;
  for (RegexTree& p : parts) {
    if (p.kind == Kind::kLiteral && !joined.empty() && joined.back().kind == Kind::kLiteral && joined.back().fold == p.fold) {
      joined.back().literal += p.literal;
    } else {
      joined.push_back(std::move(p));
    }
  }
  if (joined.empty()) return RegexTree::of(Kind::kEmpty);
  if (joined.size() == 1) return RegexTree(std::move(joined[0]));
  return RegexTree::of(Kind::kConcat, flattened(std::move(joined), Kind::kConcat));
}

}  // namespace sleipnir::logql
