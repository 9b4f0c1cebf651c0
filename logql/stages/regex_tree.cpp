#include "logql/stages/regex_tree.h"

#include "base/text.h"
#include "logql/stages/regex_join.h"

namespace sleipnir::logql {
namespace {

using Kind = RegexTree::Kind;
using Trees = std::vector<RegexTree>;

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
        return RegexTree::of(Kind::kAny);
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
    RegexTree t = RegexTree::of(Kind::kLiteral);
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
    const bool both_cases = in.size() == 2 && is_ascii_letter(static_cast<char32_t>(in[0])) && (in[0] ^ in[1]) == 0x20;
    if (!both_cases && (in.size() != 1 || static_cast<unsigned char>(in[0]) >= 0x80)) return RegexTree::of(Kind::kClass);
    RegexTree t = literal(static_cast<char32_t>(in[0]));
    t.fold = is_ascii_letter(t.literal[0]) && (t.fold || both_cases);
    if (t.fold) t.literal[0] |= 0x20;
    // A third character is a case of k and of s.
    return t.fold && (t.literal[0] == 'k' || t.literal[0] == 's') ? RegexTree::of(Kind::kClass) : t;
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
        if (flags_only) return RegexTree::of(Kind::kEmpty);
      }
    }
    auto inner = branches(depth + 1);
    flags_ = outer;
    if (!inner || !eat(")")) return {};
    if (!capture) return inner;
    Trees one;
    one.push_back(std::move(*inner));
    return RegexTree::of(Kind::kCapture, std::move(one));
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
