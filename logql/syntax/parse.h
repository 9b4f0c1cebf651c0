#pragma once
#include <string>
#include <string_view>

#include "base/labels.h"
#include "base/result.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

struct ParseOptions {
  /// Loki's language only: our additions (`{}`, bare text, distinct, context, in) are refused as Loki refuses them.
  bool strict = true;
  /// A selector may match whatever it likes, `{}` too, though the rest of the language is Loki's.
  bool any_selector = false;
};

/// Parses and validates a query (logql.md §1–§3): syntax, selector rule, regex of selectors, regexp and pattern arguments, aggregation
/// rules. Everything that Loki only finds when it compiles the pipeline (line filter regex, templates, …) is left to Pipeline::compile.
/// Errors are kInvalid with Loki's text: `parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }`.
/// Linear in the query but for nesting, which is limited to kMaxDepth. Thread-safe, no state.
Result<ExprPtr> parse(std::string_view query, ParseOptions options = {});

/// What a selector has to say of the streams: something that a missing label does not fulfil (logql.md §3.2), or whatever it likes, `{}` too.
enum class SelectorRule { kSelective, kAny };

/// A plain selector `{a="b"}`. Errors: as parse(), and `only label matchers are supported` for anything but a selector (http-api.md §4.1).
Result<std::vector<Matcher>> parse_selector(std::string_view query, SelectorRule rule = SelectorRule::kSelective);

/// The label string of a push: `{name="value", …}`, Prometheus's syntax (http-api.md §9.3). Error text starts at `1:3: parse error: …`.
Result<LabelSet> parse_labels(std::string_view text);

inline constexpr int kMaxDepth = 500;          ///< nested parentheses, operators and label filters; keeps every recursion within a small stack
inline constexpr size_t kMaxQueryBytes = 131072;

/// One-line canonical form (logql.md §13), used in stage errors.
std::string print(const Expr& expr);
std::string print(const LogExpr& expr);
std::string print(const Stage& stage);
std::string print(const LabelFilter& filter);
/// format_query's form: broken over lines where the one-line form exceeds 100 characters.
std::string print_pretty(const Expr& expr);

}  // namespace sleipnir::logql
