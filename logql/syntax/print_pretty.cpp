// format_query's form (logql.md §13): what does not fit on a line is broken along the tree, two blanks a level.
#include <algorithm>
#include <span>

#include "base/number.h"
#include "base/text.h"
#include "base/time.h"
#include "logql/syntax/operations.h"
#include "logql/syntax/parse.h"
#include "logql/syntax/print_parts.h"

namespace sleipnir::logql {
namespace {

constexpr size_t kMaxLine = 100;

std::string indent(int level) { return std::string(2 * level, ' '); }

std::string one_line(std::span<const Stage> run) {
  std::string out;
  for (const Stage& s : run) out.append(out.empty() ? "" : " ").append(print(s));
  return out;
}

/// A run of line filters is one stage: on one line if it fits, else a line a filter, after as many on the first as fit.
std::string line_filters(std::span<const Stage> run, int level) {
  size_t first = 1;
  while (first < run.size() && one_line(run.first(first + 1)).size() <= kMaxLine) ++first;
  std::string out = indent(level) + one_line(run.first(first));
  for (const Stage& s : run.subspan(first)) out += "\n" + indent(level) + print(s);
  return out;
}

std::string log_query(const LogExpr& e, int level) {
  const std::string whole = print(e);
  if (e.stages.empty() || whole.size() <= kMaxLine) return indent(level) + whole;
  std::string out = indent(level) + print_selector(e.matchers);
  for (std::span<const Stage> rest(e.stages); !rest.empty();) {
    size_t run = 0;
    while (run < rest.size() && std::holds_alternative<LineFilter>(rest[run])) ++run;
    out += "\n" + (run > 0 ? line_filters(rest.first(run), level + 1) : indent(level + 1) + print(rest[0]));
    rest = rest.subspan(std::max<size_t>(run, 1));
  }
  return out;
}

std::string log_range(const LogRange& r, int level) {
  std::string out = log_query(r.log, level);
  if (r.unwrap) {
    out += "\n" + indent(level + 1) + print_unwrap(*r.unwrap);
    for (const LabelFilterPtr& filter : r.unwrap->filters) out += "\n" + indent(level + 1) + "| " + print(*filter);
  }
  out += " [" + format_prometheus_duration(r.range) + "]";
  const bool days = r.offset <= -24 * kHour;  // a negative duration with days could not be read again
  const bool whole = r.offset != 0 && r.offset % kMillisecond == 0 && !days;
  return out + (whole ? " offset " + format_prometheus_duration(r.offset) : print_offset(r.offset));
}

std::string pretty(const Expr& expr, int level);

struct Breaker {
  int level;

  std::string operator()(const LogExpr& e) const { return log_query(e, level); }
  std::string operator()(const RangeAggregation& e) const {
    std::string out = indent(level) + std::string(spelling(e.op)) + "(\n";
    if (e.parameter) out += indent(level + 1) + format_sample(*e.parameter) + ",\n";
    return out + log_range(e.range, level + 1) + "\n" + indent(level) + ")" + print_range_grouping(e.grouping, ", ");
  }
  std::string operator()(const VectorAggregation& e) const {
    std::string out = indent(level) + std::string(spelling(e.op)) + print_grouping(e.grouping, ", ") + "(\n";
    if (e.parameter) out += indent(level + 1) + std::to_string(*e.parameter) + ",\n";
    return out + pretty(*e.inner, level + 1) + "\n" + indent(level) + ")";
  }
  std::string operator()(const BinaryOperation& e) const {
    const std::string left = leg(*e.left, binds_looser(*e.left, e.op, e.op == BinaryOperator::kPow));
    const std::string right = leg(*e.right, binds_looser(*e.right, e.op, e.op != BinaryOperator::kPow));
    const bool before_paren = right[right.find_first_not_of(' ')] == '(';
    return left + "\n" + indent(level) + print_operator(e, ", ", before_paren) + "\n" + right;
  }
  std::string operator()(const LabelReplace& e) const {
    std::string out = indent(level) + "label_replace(\n" + pretty(*e.inner, level + 1);
    for (const std::string* text : {&e.dst, &e.replacement, &e.src, &e.regex}) out += ",\n" + indent(level + 1) + go_quote(*text);
    return out + "\n" + indent(level) + ")";
  }
  // These never reach the limit unless alone on a line, and then there is nothing to break.
  std::string operator()(const Literal& e) const { return indent(level) + print(Expr{e}); }
  std::string operator()(const VectorFn& e) const { return indent(level) + print(Expr{e}); }

 private:
  /// A broken leg has no parentheses of its own, unlike one on a line: it gets them where it would be read otherwise without.
  std::string leg(const Expr& e, bool looser) const {
    if (!looser || print(e).size() <= kMaxLine) return pretty(e, level + 1);
    return indent(level + 1) + "(\n" + pretty(e, level + 2) + "\n" + indent(level + 1) + ")";
  }

  static bool binds_looser(const Expr& leg, BinaryOperator op, bool equal_counts) {
    const auto* inner = std::get_if<BinaryOperation>(&leg.v);
    return inner && (precedence(inner->op) < precedence(op) || (equal_counts && precedence(inner->op) == precedence(op)));
  }
};

std::string pretty(const Expr& expr, int level) {
  std::string line = print(expr);
  if (line.size() <= kMaxLine) return indent(level) + line;
  return std::visit(Breaker{level}, expr.v);
}

}  // namespace

std::string print_pretty(const Expr& expr) { return pretty(expr, 0); }

}  // namespace sleipnir::logql
