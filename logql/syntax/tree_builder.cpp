#include "logql/syntax/tree_builder.h"

#include <algorithm>

#include "base/number.h"
#include "logql/syntax/operations.h"
#include "logql/syntax/parse.h"
#include "logql/syntax/semantics.h"

namespace sleipnir::logql {
namespace {

constexpr char kPrefix[] = "parse error : ";

[[noreturn]] void fail_too_deep() { TreeBuilder::fail("query is nested too deeply (limit " + std::to_string(kMaxDepth) + ")"); }

int deeper(int depth) {
  if (depth >= kMaxDepth) fail_too_deep();
  return depth + 1;
}

MatchOp match_op(Tok kind) {
  switch (kind) {
    case Tok::kNotEq: return MatchOp::kNotEqual;
    case Tok::kRe: return MatchOp::kRegex;
    case Tok::kNotRe: return MatchOp::kNotRegex;
    default: return MatchOp::kEqual;
  }
}

std::string at_place(const Token& t, const std::string& message) {
  if (t.line == 0 && t.col == 0) return kPrefix + message;
  return "parse error at line " + std::to_string(t.line) + ", col " + std::to_string(t.col) + ": " + message;
}

}  // namespace

TreeBuilder::TreeBuilder(std::vector<Token> tokens, bool strict) : tokens_(std::move(tokens)), strict_(strict) {
  kinds_.reserve(tokens_.size());
  for (const Token& t : tokens_) kinds_ += static_cast<char>(t.kind);
}

void TreeBuilder::fail_at(const char* position, std::span<const Tok> expected) const {
  const Token& t = token_at(position);
  if (t.kind == Tok::kBad) throw Fault{at_place(t, t.text)};
  std::vector<Tok> sorted(expected.begin(), expected.end());
  std::sort(sorted.begin(), sorted.end());
  std::string message = "syntax error: unexpected " + std::string(name_of(t.kind));
  for (size_t i = 0; i < sorted.size(); ++i) message.append(i == 0 ? ", expecting " : " or ").append(name_of(sorted[i]));
  throw Fault{at_place(t, message)};
}

void TreeBuilder::fail(const std::string& message) { throw Fault{kPrefix + message}; }

void TreeBuilder::defer(const std::string& message) {
  if (deferred_.empty()) deferred_ = message;
}

void TreeBuilder::enter() {
  if (++nesting_ > kMaxDepth) fail_too_deep();
}

Matcher TreeBuilder::matcher(const Token& value) const {
  auto made = Matcher::make(name_, match_op(comparison_), value.text);
  if (!made) fail(made.error().message);
  return std::move(*made);
}

// Stages.

void TreeBuilder::begin_line_filter(const Token& op) { line_filter_ = {line_filter_op(op.kind), {}}; }

void TreeBuilder::end_line_filter() {
  const LineFilterOp op = line_filter_.op;
  const bool negated = op == LineFilterOp::kNotContains || op == LineFilterOp::kNotRegex || op == LineFilterOp::kNotPattern;
  if (!negated) return add(std::move(line_filter_));
  for (LineFilter::Arg& arg : line_filter_.args) add(LineFilter{op, {std::move(arg)}});
}

void TreeBuilder::regexp(const Token& t) {
  if (auto fine = check_regexp_stage(t.text); !fine) fail(fine.error().message);
  add(RegexpStage{t.text});
}

void TreeBuilder::pattern(const Token& t) {
  if (auto fine = check_pattern_stage(t.text); !fine) fail(fine.error().message);
  add(PatternStage{t.text});
}

void TreeBuilder::label_format_value(const Token& t) {
  format_items_.back().value = t.text;
  format_items_.back().rename = t.kind == Tok::kIdent;
}

void TreeBuilder::context_count(const Token& t) {
  auto count = parse_go_int(t.text);
  if (!count) return defer("invalid context: " + count.error().message);
  context_.push_back(static_cast<uint64_t>(*count));
}

void TreeBuilder::end_context() {
  if (context_.size() == 2) add(ContextStage{context_[0], context_[1]});
  context_.clear();
}

void TreeBuilder::bare_text(const Token& t) {
  open_selector();
  add(LineFilter{LineFilterOp::kContains, {{t.text, false}}});
}

// Label filters.

CompareOp TreeBuilder::compare_op() const {
  switch (comparison_) {
    case Tok::kNotEq: return CompareOp::kNotEqual;
    case Tok::kGreater: return CompareOp::kGreater;
    case Tok::kGreaterEq: return CompareOp::kGreaterEqual;
    case Tok::kLess: return CompareOp::kLess;
    case Tok::kLessEq: return CompareOp::kLessEqual;
    default: return CompareOp::kEqual;
  }
}

void TreeBuilder::push_filter(LabelFilter filter, int depth) {
  filters_.push_back({std::make_shared<const LabelFilter>(std::move(filter)), depth});
}

TreeBuilder::FilterOperand TreeBuilder::pop_filter() {
  FilterOperand top = std::move(filters_.back());
  filters_.pop_back();
  return top;
}

void TreeBuilder::filter_number(const Token& t) { push_filter({LabelFilter::Number{name_, compare_op(), number(t)}}); }
void TreeBuilder::filter_duration(const Token& t) { push_filter({LabelFilter::Duration{name_, compare_op(), t.duration}}); }
void TreeBuilder::filter_bytes(const Token& t) { push_filter({LabelFilter::Bytes{name_, compare_op(), t.bytes}}); }
void TreeBuilder::filter_ip(const Token& t) { push_filter({LabelFilter::Ip{name_, comparison_ == Tok::kNotEq, t.text}}); }

void TreeBuilder::open_in(bool negated) {
  ins_.push_back({{name_, negated, nullptr, {}}, std::exchange(deepest_filter_, 0)});
}

void TreeBuilder::close_in(const Token& label) {
  PendingIn in = std::move(ins_.back());
  ins_.pop_back();
  in.filter.query = std::make_shared<const LogExpr>(take_log());
  in.filter.label_of_query = label.text;
  const int depth = deeper(deepest_filter_);
  deepest_filter_ = in.outer_depth;
  push_filter({std::move(in.filter)}, depth);
}

/// `and` and `or` bind as usual among themselves; a comma or nothing takes all that follows (logql.md §2.2).
void TreeBuilder::filter_operator(Tok kind) {
  auto strength = [](Tok t) { return t == Tok::kOr ? 1 : 2; };
  while (kind != Tok::kComma && filter_operators_.size() > filter_frames_.back()) {
    const Tok before = filter_operators_.back();
    if (before == Tok::kComma || strength(before) < strength(kind)) break;
    combine_filters();
  }
  filter_operators_.push_back(kind);
}

void TreeBuilder::combine_filters() {
  FilterOperand right = pop_filter(), left = pop_filter();
  const bool is_or = filter_operators_.back() == Tok::kOr;
  filter_operators_.pop_back();
  const int depth = deeper(std::max(left.depth, right.depth));
  push_filter({LabelFilter::Binary{is_or, std::move(left.filter), std::move(right.filter)}}, depth);
}

void TreeBuilder::end_label_filter() {
  while (filter_operators_.size() > filter_frames_.back()) combine_filters();
  filter_frames_.pop_back();
}

void TreeBuilder::end_label_filter_stage() {
  FilterOperand filter = pop_filter();
  deepest_filter_ = std::max(deepest_filter_, filter.depth);
  add(LabelFilterStage{std::move(filter.filter)});
}

// Metric queries.

double TreeBuilder::number(const Token& t) {
  auto value = parse_go_float(t.text);
  if (!value) {
    defer("unable to parse literal as a float: " + value.error().message);
    return 0;
  }
  return std::exchange(negative_, false) ? -*value : *value;
}

void TreeBuilder::push(Expr expr, int depth) { operands_.push_back({std::make_shared<const Expr>(std::move(expr)), depth}); }

TreeBuilder::Operand TreeBuilder::pop() {
  Operand top = std::move(operands_.back());
  operands_.pop_back();
  return top;
}

LogExpr TreeBuilder::take_log() {
  LogExpr log = std::move(logs_.back());
  logs_.pop_back();
  return log;
}

void TreeBuilder::end_log_query() { push({take_log()}, 1); }

void TreeBuilder::unwrap_conversion(const Token& t) {
  conversion_ = t.kind == Tok::kBytesConv ? Conversion::kBytes : t.kind == Tok::kDurationConv ? Conversion::kDuration : Conversion::kDurationSeconds;
}

void TreeBuilder::begin_range_aggregation(const Token& op) {
  range_ = {};
  range_.op = range_op(op.kind);
  range_parameter_.reset();
}

void TreeBuilder::end_range_aggregation() {
  range_.range.log = take_log();
  if (auto fine = check_range_aggregation(range_, range_parameter_); !fine) defer(fine.error().message);
  if (range_parameter_) {
    auto value = parse_go_float(*range_parameter_);
    if (value) range_.parameter = *value;
    else defer("invalid parameter for operation " + std::string(spelling(range_.op)) + ": " + value.error().message);
  }
  push({std::move(range_)}, 1);
}

void TreeBuilder::begin_vector_aggregation(const Token& op) { vectors_.push_back({vector_op(op.kind), {}, {}}); }

void TreeBuilder::vector_grouping() {
  Grouping grouping{without_, take_names()};
  // `by ()` says what no grouping says.
  if (grouping.without || !grouping.labels.empty()) vectors_.back().grouping = std::move(grouping);
}

void TreeBuilder::end_vector_aggregation() {
  PendingVector v = std::move(vectors_.back());
  vectors_.pop_back();
  auto parameter = logql::vector_parameter(v.op, v.parameter);
  if (!parameter) defer(parameter.error().message);
  if (auto fine = check_vector_grouping(v.op, v.grouping); !fine) defer(fine.error().message);
  Operand inner = pop();
  push({VectorAggregation{v.op, std::move(v.grouping), parameter ? *parameter : std::nullopt, std::move(inner.expr)}}, deeper(inner.depth));
}

void TreeBuilder::end_label_replace() {
  std::vector<std::string> texts = std::move(replacements_.back());
  replacements_.pop_back();
  Operand inner = pop();
  LabelReplace replace{std::move(inner.expr), std::move(texts[0]), std::move(texts[1]), std::move(texts[2]), std::move(texts[3])};
  if (auto fine = check_label_replace(replace); !fine) defer(fine.error().message);
  push({std::move(replace)}, deeper(inner.depth));
}

void TreeBuilder::vector_value(const Token& t) { push({VectorFn{number(t)}}, 1); }

// Binary operations.

void TreeBuilder::binary_operator(const Token& t) {
  const BinaryOperator op = binary_op(t.kind);
  auto binds_before = [&](BinaryOperator before) {
    return precedence(before) > precedence(op) || (precedence(before) == precedence(op) && op != BinaryOperator::kPow);
  };
  while (operators_.size() > frames_.back() && binds_before(operators_.back().op)) combine();
  operators_.push_back({op, false, {}});
}

void TreeBuilder::matching_kind(const Token& t) {
  operators_.back().matching.on = t.kind == Tok::kOn;
}

void TreeBuilder::matching_side(const Token& t) {
  operators_.back().matching.card = t.kind == Tok::kGroupLeft ? Matching::Card::kManyToOne : Matching::Card::kOneToMany;
}

void TreeBuilder::include_labels() { operators_.back().matching.include = take_names(); }

void TreeBuilder::combine() {
  Operand right = pop(), left = pop();
  Operator op = std::move(operators_.back());
  operators_.pop_back();
  if (auto fine = check_binary(op.op, *left.expr, *right.expr); !fine) defer(fine.error().message);
  const auto* l = std::get_if<Literal>(&left.expr->v);
  const auto* r = std::get_if<Literal>(&right.expr->v);
  if (l && r) return push({Literal{fold(op.op, l->value, r->value)}}, 1);
  const int depth = deeper(std::max(left.depth, right.depth));
  push({BinaryOperation{op.op, op.return_bool, std::move(op.matching), std::move(left.expr), std::move(right.expr)}}, depth);
}

void TreeBuilder::end_expression() {
  while (operators_.size() > frames_.back()) combine();
  frames_.pop_back();
}

ExprPtr TreeBuilder::finish() {
  if (!deferred_.empty()) fail(deferred_);
  return pop().expr;
}

}  // namespace sleipnir::logql
