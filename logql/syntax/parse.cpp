#include "logql/syntax/parse.h"

#include "base/regex.h"
#include "logql/syntax/actions.h"
#include "logql/syntax/lexer.h"
#include "logql/syntax/semantics.h"

namespace sleipnir::logql {
namespace {

Result<void> check_size(std::string_view query) {
  if (query.size() < kMaxQueryBytes) return {};
  return invalid("parse error : input size too long (" + std::to_string(query.size()) + " > " + std::to_string(kMaxQueryBytes) + ")");
}

/// All but the selector rule.
Result<ExprPtr> parse_tree(std::string_view query, bool strict) {
  if (auto fine = check_size(query); !fine) return fine.error();
  try {
    TreeBuilder tree(lex(query), strict);
    tao::pegtl::memory_input<> in(tree.kinds(), "");
    tao::pegtl::parse<grammar::query, action>(in, tree);
    return tree.finish();
  } catch (const Fault& fault) {
    if (auto alive = RegexPatience::check(); !alive) return alive.error();
    return invalid(fault.text);
  }
}

Error semantic_error(const Error& error) { return invalid("parse error : " + error.message); }

}  // namespace

Result<ExprPtr> parse(std::string_view query, ParseOptions options) {
  auto expr = parse_tree(query, options.strict);
  if (!expr) return expr;
  if (auto fine = check_selectors(**expr, options.strict && !options.any_selector); !fine) return semantic_error(fine.error());
  return expr;
}

Result<std::vector<Matcher>> parse_selector(std::string_view query, SelectorRule rule) {
  auto expr = parse_tree(query, true);
  if (!expr) return expr.error();
  const auto* log = std::get_if<LogExpr>(&(*expr)->v);
  if (rule == SelectorRule::kSelective)
    if (auto fine = check_selectors(**expr, true); !fine) return semantic_error(fine.error());
  if (!log || !log->stages.empty()) return invalid("only label matchers are supported");
  return log->matchers;
}

}  // namespace sleipnir::logql
