#pragma once
// The building blocks of grammar.h: PEGTL rules that know about tokens and say what was expected.
#include <array>
#include <span>
#include <tao/pegtl.hpp>

#include "logql/syntax/parse.h"
#include "logql/syntax/token.h"
#include "logql/syntax/tree_builder.h"

namespace sleipnir::logql::grammar {

namespace pegtl = tao::pegtl;
using pegtl::at;
using pegtl::not_at;
using pegtl::opt;
using pegtl::rep;
using pegtl::seq;
using pegtl::sor;
using pegtl::star;
using pegtl::success;

template <Tok... Kinds>
struct tok : pegtl::one<static_cast<char>(Kinds)...> {};

template <class Item>
struct list : seq<Item, star<tok<Tok::kComma>, Item>> {};

/// For rules that match by code: no sub-rules.
struct coded_rule {
  using rule_t = coded_rule;
  using subs_t = pegtl::empty_list;
};

template <class Input>
bool next_is(const Input& in, std::span<const Tok> kinds) {
  for (const Tok kind : kinds)
    if (static_cast<Tok>(in.peek_uint8()) == kind) return true;
  return false;
}

/// One of these tokens must come next; it is not taken.
template <Tok... Kinds>
struct look : coded_rule {
  static constexpr std::array kExpected = {Kinds...};
  template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, TreeBuilder& tree) {
    if (!next_is(in, kExpected)) tree.fail_at(in.current(), kExpected);
    return true;
  }
};

/// One of these tokens must come next and is taken.
template <Tok... Kinds>
struct need : coded_rule {
  static constexpr std::array kExpected = {Kinds...};
  template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, TreeBuilder& tree) {
    if (!next_is(in, kExpected)) tree.fail_at(in.current(), kExpected);
    in.bump(1);
    return true;
  }
};

/// The next token cannot come here, and so many could that none is named.
struct fail : coded_rule {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, TreeBuilder& tree) {
    tree.fail_at(in.current(), {});
    return false;
  }
};

/// The expression just parsed must be a metric query, else the next token is the unexpected one: a log query ended before it.
struct only_metric : coded_rule {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, TreeBuilder& tree) {
    if (tree.last_is_log()) tree.fail_at(in.current(), {});
    return true;
  }
};

/// Goes on only where our additions to the language are allowed.
struct addition : coded_rule {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input&, TreeBuilder& tree) {
    return !tree.strict();
  }
};

/// An identifier that is a word of our additions: to Loki it is a name like any other.
inline constexpr char kIn[] = "in", kNot[] = "not", kDistinct[] = "distinct", kContext[] = "context";
template <const char* Word>
struct word : coded_rule {
  template <pegtl::apply_mode, pegtl::rewind_mode, template <class...> class, template <class...> class, class Input>
  static bool match(Input& in, TreeBuilder& tree) {
    if (static_cast<Tok>(in.peek_uint8()) != Tok::kIdent || tree.token_at(in.current()).text != Word) return false;
    in.bump(1);
    return true;
  }
};

/// A rule that may hold itself: counted, so that no query can exhaust the stack.
template <class Rule>
struct nested {
  using rule_t = nested;
  using subs_t = pegtl::type_list<Rule>;
  template <pegtl::apply_mode A, pegtl::rewind_mode M, template <class...> class Action, template <class...> class Control, class Input>
  static bool match(Input& in, TreeBuilder& tree) {
    tree.enter();
    const bool matched = Control<Rule>::template match<A, M, Action, Control>(in, tree);
    tree.leave();
    return matched;
  }
};

}  // namespace sleipnir::logql::grammar
