#include "logql/stages/literal_tests.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "logql/stages/regex_tree.h"

namespace sleipnir::logql {
namespace {

using Kind = RegexTree::Kind;
using Tests = std::optional<LiteralTests>;

struct Literal {
  std::string text;
  bool fold = false;
};

std::string utf8(std::u32string_view runes) {
  std::string out;
  for (char32_t r : runes) append_utf8(out, r);
  return out;
}

LiteralTests contains_test(const Literal& literal) {
  if (literal.text.empty()) return {};
  return {{LiteralTest::Kind::kContains, literal.fold ? to_lower(literal.text) : literal.text, literal.fold}};
}

void add(Tests& to, LiteralTests tests) {
  if (!to) to.emplace();
  to->insert(to->end(), tests.begin(), tests.end());
}

const RegexTree& without_capture(const RegexTree& t) { return t.kind == Kind::kCapture ? t.sub[0] : t; }

Tests simplify_concat(const RegexTree& t, const std::optional<Literal>& before);

/// `literal(a|b|)`: each branch is tested together with the literal before it.
bool add_branches(const RegexTree& alternation, const Literal& before, Tests& tests) {
  for (const RegexTree& branch : alternation.sub) {
    if (!before.fold && branch.fold) return false;
    switch (branch.kind) {
      case Kind::kEmpty:
      case Kind::kStar: add(tests, contains_test(before)); break;
      case Kind::kLiteral: add(tests, contains_test({before.text + utf8(branch.literal), before.fold})); break;
      case Kind::kConcat: {
        Tests inner = simplify_concat(branch, before);
        if (!inner) return false;
        add(tests, std::move(*inner));
        break;
      }
      default: return false;
    }
  }
  return true;
}

Tests simplify_concat(const RegexTree& t, const std::optional<Literal>& before) {
  std::vector<const RegexTree*> parts;
  for (const RegexTree& s : t.sub)
    if (const RegexTree& p = without_capture(s); p.kind != Kind::kEmpty) parts.push_back(&p);
  if (parts.size() > 3) return {};

  std::optional<Literal> base = before;
  if (base) base->fold = false;
  bool has_literal = false;
  Tests tests;
  for (const RegexTree* p : parts) {
    if (p->kind == Kind::kLiteral) {
      if (has_literal) return {};
      has_literal = true;
      base = Literal{(base ? base->text : "") + utf8(p->literal), p->fold};
    } else if (p->kind == Kind::kAlternate && base) {
      if (!add_branches(*p, *base, tests)) return {};
    } else if (p->kind != Kind::kStar) {
      return {};
    }
  }
  if (tests) return tests;
  if (base) return contains_test(*base);
  return {};
}

Tests simplify(const RegexTree& t, bool label) {
  switch (t.kind) {
    case Kind::kCapture: return simplify(t.sub[0], label);
    case Kind::kConcat: return simplify_concat(t, {});
    case Kind::kStar:
    case Kind::kEmpty: return LiteralTests{};
    case Kind::kPlus: return LiteralTests{{LiteralTest::Kind::kNotEmpty, "", false}};
    case Kind::kLiteral: {
      LiteralTests tests = contains_test({utf8(t.literal), t.fold});
      if (label) tests[0].kind = LiteralTest::Kind::kEquals;
      return tests;
    }
    case Kind::kAlternate: {
      Tests all;
      for (const RegexTree& branch : t.sub) {
        Tests one = simplify(without_capture(branch), label);
        if (!one) return {};
        add(all, std::move(*one));
      }
      return all;
    }
    case Kind::kClass:
    case Kind::kAny: return {};
  }
  return {};
}

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// `text` starts with `part` (lower case) when its case is ignored.
bool starts_with_fold(std::string_view text, std::string_view part) {
  size_t i = 0, j = 0;
  while (j < part.size()) {
    if (i >= text.size()) return false;
    if (static_cast<unsigned char>(text[i]) < 0x80 && static_cast<unsigned char>(part[j]) < 0x80) {
      if (ascii_lower(text[i++]) != part[j++]) return false;
      continue;
    }
    char32_t a, b;
    i += decode_utf8(text, i, a);
    j += decode_utf8(part, j, b);
    if (rune_lower(a) != b || a == 0x130) return false;  // İ: regular expressions, which stores prune by, do not fold it to i
  }
  return true;
}

bool contains_fold(std::string_view text, std::string_view part) {
  // A match starts at the first byte of the lower-case form, or at its ASCII upper case.
  for (size_t i = 0; i + part.size() <= text.size(); ++i)
    if (ascii_lower(text[i]) == part[0] && starts_with_fold(text.substr(i), part)) return true;
  return false;
}

}  // namespace

bool contains(std::string_view text, std::string_view part) {
  return part.empty() || (part.size() <= text.size() && memmem(text.data(), text.size(), part.data(), part.size()) != nullptr);
}

bool LiteralTest::matches(std::string_view value) const {
  switch (kind) {
    case Kind::kNotEmpty: return !value.empty();
    case Kind::kEquals: return fold ? value.size() == text.size() && contains_fold(value, text) : value == text;
    case Kind::kContains: return fold ? contains_fold(value, text) : contains(value, text);
  }
  return false;
}

bool matches(const LiteralTests& tests, std::string_view value) {
  return tests.empty() || std::any_of(tests.begin(), tests.end(), [&](const LiteralTest& t) { return t.matches(value); });
}

std::optional<LiteralTests> literal_tests(std::string_view regex, bool label) {
  const auto tree = parse_regex_tree(regex);
  if (!tree) return {};
  return simplify(*tree, label);
}

}  // namespace sleipnir::logql
