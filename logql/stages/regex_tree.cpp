#include "logql/stages/regex_tree.h"

#include <algorithm>

#include "base/text.h"

namespace sleipnir::logql {
namespace {

using Kind = RegexTree::Kind;
using Trees = std::vector<RegexTree>;

RegexTree node(Kind kind, Trees sub = {}) {
  RegexTree t;
  t.kind = kind;
  t.sub = std::move(sub);
  return t;
}

bool is_one_char(const RegexTree& t) { return t.kind == Kind::kClass || t.kind == Kind::kAny || (t.kind == Kind::kLiteral && t.literal.size() == 1); }

bool is_class_with_newline(const RegexTree& t) { return t.kind == Kind::kClass || (t.kind == Kind::kLiteral && t.literal[0] == U'\n'); }

/// The character class that matches what either of two one-character expressions matches.
RegexTree merged_class(const RegexTree& a, const RegexTree& b) {
  if (a.kind == Kind::kLiteral && b.kind == Kind::kLiteral && a.literal == b.literal && a.fold == b.fold) return a;
  if (a.kind == Kind::kAny && !is_class_with_newline(b)) return a;
  if (b.kind == Kind::kAny && !is_class_with_newline(a)) return b;
  return node(Kind::kClass);
}

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

RegexTree alternation(Trees branches);

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
      RegexTree literal = node(Kind::kLiteral);
      literal.literal = prefix;
      literal.fold = fold;
      Trees pair;
      pair.push_back(std::move(literal));
      pair.push_back(alternation(std::move(rest)));
      out.push_back(node(Kind::kConcat, std::move(pair)));
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

RegexTree alternation(Trees branches) {
  if (branches.size() == 1) return std::move(branches[0]);
  Trees merged = merge_empties(merge_classes(factor_prefixes(flattened(std::move(branches), Kind::kAlternate))));
  if (merged.size() == 1) return RegexTree(std::move(merged[0]));
  return node(Kind::kAlternate, std::move(merged));
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
  if (joined.empty()) return node(Kind::kEmpty);
  if (joined.size() == 1) return RegexTree(std::move(joined[0]));
  return node(Kind::kConcat, flattened(std::move(joined), Kind::kConcat));
}

bool is_ascii_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class TreeParser {
 public:
  explicit TreeParser(std::string_view text) : text_(text) {}

  std::optional<RegexTree> parse() {
    auto tree = branches(0);
    if (!tree || at_ != text_.size()) return {};
    return tree;
  }

 private:
  struct Flags {
    bool fold = false, dot_all = false, lazy = false;
  };
  static constexpr int kMaxDepth = 100;  // deeper nesting is simply not simplified

  bool more() const { return at_ < text_.size(); }
  bool eat(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  /// `a|b|c` up to a `)` or the end. One-character neighbours become a class at once, before any factoring.
  std::optional<RegexTree> branches(int depth) {
    if (depth > kMaxDepth) return {};
    const Flags outer = flags_;
    Trees all;
    do {
      auto branch = parts(depth);
      if (!branch) return {};
      if (!all.empty() && is_one_char(all.back()) && is_one_char(*branch)) {
        all.back() = merged_class(all.back(), *branch);
      } else {
        all.push_back(std::move(*branch));
      }
    } while (eat("|"));
    flags_ = outer;
    return alternation(std::move(all));
  }

  std::optional<RegexTree> parts(int depth) {
    Trees all;
    while (more() && text_[at_] != '|' && text_[at_] != ')') {
      bool flags_only = false;
      auto part = atom(depth, flags_only);
      if (!part) return {};
      if (flags_only) continue;
      if (!repeat(*part)) return {};
      all.push_back(std::move(*part));
    }
    return concatenation(std::move(all));
  }

  /// Applies the `*` and `+` that follow, also where they are written as counts; anything else that repeats makes the regex one that no literal test replaces.
  bool repeat(RegexTree& t) {
    if (!more()) return true;
    if (text_[at_] == '?') return false;
    const bool star = eat("*") || eat("{0,}");
    if (!star && !eat("+") && !eat("{1,}")) return text_[at_] != '{' || at_ + 1 == text_.size() || text_[at_ + 1] < '0' || text_[at_ + 1] > '9';
    const bool lazy = eat("?") != flags_.lazy;
    if (more() && (text_[at_] == '*' || text_[at_] == '+' || text_[at_] == '?')) return false;
    const Kind kind = star ? Kind::kStar : Kind::kPlus;
    if (t.kind == kind && t.lazy == lazy) return true;
    if (t.kind != Kind::kAny) return false;
    t.kind = kind;
    t.lazy = lazy;
    t.fold = flags_.fold;
    return true;
  }

  std::optional<RegexTree> atom(int depth, bool& flags_only) {
    switch (text_[at_]) {
      case '(': return group(depth, flags_only);
      case '[': return one_char_class();
      case '.':
        ++at_;
        if (flags_.dot_all) return {};
        return node(Kind::kAny);
      case '\\': return escape();
      case '^': case '$': case '*': case '+': case '?': return {};
      default: return literal(rune());
    }
  }

  char32_t rune() {
    char32_t r;
    at_ += decode_utf8(text_, at_, r);
    return r;
  }

  RegexTree literal(char32_t r) const {
    RegexTree t = node(Kind::kLiteral);
    t.fold = flags_.fold;
    t.literal = flags_.fold ? rune_lower(r) : r;
    return t;
  }

  std::optional<RegexTree> escape() {
    if (at_ + 1 >= text_.size()) return {};
    const char c = text_[at_ + 1];
    static constexpr std::string_view kNames = "abfnrtv", kRunes = "\a\b\f\n\r\t\v";
    if (c == 'b') return {};
    if (const size_t n = kNames.find(c); n != std::string_view::npos) {
      at_ += 2;
      return literal(static_cast<char32_t>(kRunes[n]));
    }
    if (static_cast<unsigned char>(c) >= 0x80 || is_ascii_letter(static_cast<char32_t>(c)) || (c >= '0' && c <= '9')) return {};
    at_ += 2;
    return literal(static_cast<char32_t>(c));
  }

  /// `[x]` is a literal, `[xX]` a case-insensitive one; other classes are not followed.
  std::optional<RegexTree> one_char_class() {
    const size_t end = text_.find(']', at_ + 1);
    if (end == std::string_view::npos || end == at_ + 1) return {};
    const std::string_view in = text_.substr(at_ + 1, end - at_ - 1);
    if (in.find_first_of("\\^-[") != std::string_view::npos) return {};
    at_ = end + 1;
    if (in.size() == 1 && static_cast<unsigned char>(in[0]) < 0x80) {
      RegexTree t = literal(static_cast<char32_t>(in[0]));
      if (is_ascii_letter(t.literal[0])) return flags_.fold && (t.literal[0] == 'k' || t.literal[0] == 's') ? node(Kind::kClass) : t;
      t.fold = false;
      return t;
    }
    return node(Kind::kClass);
  }

  std::optional<RegexTree> group(int depth, bool& flags_only) {
    ++at_;
    bool capture = true;
    const Flags outer = flags_;
    if (eat("?")) {
      if (eat("P<") || eat("<")) {
        const size_t end = text_.find('>', at_);
        if (end == std::string_view::npos) return {};
        at_ = end + 1;
      } else {
        capture = false;
        if (!read_flags(flags_only)) return {};
        if (flags_only) return node(Kind::kEmpty);
      }
    }
    auto inner = branches(depth + 1);
    flags_ = outer;
    if (!inner || !eat(")")) return {};
    if (!capture) return inner;
    Trees one;
    one.push_back(std::move(*inner));
    return node(Kind::kCapture, std::move(one));
  }

  /// `i-s:` or `i-s)`; the latter is no group but changes the flags of what follows (`flags_only`).
  bool read_flags(bool& flags_only) {
    bool value = true;
    while (more()) {
      switch (text_[at_++]) {
        case 'i': flags_.fold = value; break;
        case 's': flags_.dot_all = value; break;
        case 'U': flags_.lazy = value; break;
        case 'm': break;
        case '-': value = false; break;
        case ':': return true;
        case ')': flags_only = true; return true;
        default: return false;
      }
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  Flags flags_;
};

}  // namespace

std::optional<RegexTree> parse_regex_tree(std::string_view regex) { return TreeParser(regex).parse(); }

std::string to_string(const RegexTree& t) {
  std::string inner;
  for (const RegexTree& s : t.sub) inner += to_string(s);
  switch (t.kind) {
    case Kind::kEmpty: return "emp{}";
    case Kind::kClass: return "cc{}";
    case Kind::kAny: return "dnl{}";
    case Kind::kStar: return std::string(t.lazy ? "n" : "") + "star{dnl{}}";
    case Kind::kPlus: return std::string(t.lazy ? "n" : "") + "plus{dnl{}}";
    case Kind::kCapture: return "cap{" + inner + "}";
    case Kind::kConcat: return "cat{" + inner + "}";
    case Kind::kAlternate: return "alt{" + inner + "}";
    case Kind::kLiteral: break;
  }
  for (char32_t r : t.literal) append_utf8(inner, r);
  return (t.fold ? "litfold{" : "lit{") + inner + "}";
}

}  // namespace sleipnir::logql
