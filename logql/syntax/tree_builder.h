#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "logql/syntax/ast.h"
#include "logql/syntax/token.h"

namespace sleipnir::logql {

/// Thrown inside this folder only, from grammar and tree builder to parse(): the complete text of the error.
struct Fault {
  std::string text;
};

/// Makes the tree while the grammar runs over the tokens. Nothing here recurses: operators and operands are on stacks, one frame a pair of
/// parentheses, and every tree knows its depth. Syntax errors and bad regular expressions are thrown at once; other semantic errors wait,
/// since Loki reports a later syntax error first.
class TreeBuilder {
 public:
  TreeBuilder(std::vector<Token> tokens, bool strict);

  /// One byte a token: what the grammar reads.
  const std::string& kinds() const { return kinds_; }
  const Token& token_at(const char* position) const { return tokens_[position - kinds_.data()]; }
  bool strict() const { return strict_; }
  /// The token here is unexpected; `expected` may be empty.
  [[noreturn]] void fail_at(const char* position, std::span<const Tok> expected) const;
  [[noreturn]] static void fail(const std::string& message);

  void enter();
  void leave() { --nesting_; }

  // selectors and their matchers
  void open_selector() { logs_.emplace_back(); }
  void matcher_label(const Token& t) { name_ = t.text; }
  void matcher_op(const Token& t) { comparison_ = t.kind; }
  void selector_matcher(const Token& value) { logs_.back().matchers.push_back(matcher(value)); }

  // stages
  template <class S>
  void add(S stage) { logs_.back().stages.emplace_back(std::move(stage)); }
  template <class S>
  S& last() { return std::get<S>(logs_.back().stages.back()); }
  void begin_line_filter(const Token& op);
  void line_filter_argument(const Token& text, bool ip) { line_filter_.args.push_back({text.text, ip}); }
  void end_line_filter();
  void extract(const Token& name) { extracts_.push_back({name.text, name.text}); }
  void extract_expression(const Token& t) { extracts_.back().expression = t.text; }
  void end_json() { add(JsonStage{std::exchange(extracts_, {})}); }
  void logfmt_flag(const Token& t) { (t.text == "--strict" ? last<LogfmtStage>().strict : last<LogfmtStage>().keep_empty) = true; }
  void end_logfmt() { last<LogfmtStage>().extracts = std::exchange(extracts_, {}); }
  void regexp(const Token& t);
  void pattern(const Token& t);
  void line_format(const Token& t) { add(LineFormatStage{t.text}); }
  void label_format_name(const Token& t) { format_items_.push_back({t.text, {}, false}); }
  void label_format_value(const Token& t);
  void end_label_format() { add(LabelFormatStage{std::exchange(format_items_, {})}); }
  void named(const Token& t) { named_.push_back({t.text, std::nullopt}), name_ = t.text; }
  void named_matcher(const Token& value) { named_.back().matcher = matcher(value); }
  void end_drop() { add(DropStage{std::exchange(named_, {})}); }
  void end_keep() { add(KeepStage{std::exchange(named_, {})}); }
  void listed_name(const Token& t) { names_.push_back(t.text); }
  void end_distinct() { add(DistinctStage{take_names()}); }
  void context_count(const Token& t);
  void end_context();
  void bare_text(const Token& t);

  // label filters
  void begin_label_filter() { filter_frames_.push_back(filter_operators_.size()); }
  void end_label_filter();
  /// kComma stands for juxtaposition too.
  void filter_operator(Tok kind);
  void filter_label(const Token& t) { name_ = t.text; }
  void filter_comparison(const Token& t) { comparison_ = t.kind, negative_ = false; }
  void filter_string(const Token& t) { push_filter({LabelFilter::String{matcher(t)}}); }
  void filter_number(const Token& t);
  void filter_duration(const Token& t);
  void filter_bytes(const Token& t);
  void filter_ip(const Token& t);
  void open_in(bool negated);
  void close_in(const Token& label);
  void end_label_filter_stage();

  // log ranges
  void unwrap_label(const Token& t) { range_.range.unwrap.emplace(Unwrap{t.text, std::exchange(conversion_, Conversion::kNone), {}}); }
  void unwrap_conversion(const Token& t);
  void unwrap_filter() { range_.range.unwrap->filters.push_back(pop_filter().filter); }
  void range_interval(const Token& t) { range_.range.range = t.duration; }
  void range_offset(const Token& t) { range_.range.offset = t.duration; }

  // metric queries
  void sign(const Token& t) { negative_ = t.kind == Tok::kSub; }
  void grouping_kind(const Token& t) { without_ = t.kind == Tok::kWithout; }
  void begin_range_aggregation(const Token& op);
  void range_parameter(const Token& t) { range_parameter_ = t.text; }
  void range_grouping() { range_.grouping = Grouping{without_, take_names()}; }
  void end_range_aggregation();
  void begin_vector_aggregation(const Token& op);
  void vector_grouping();
  void vector_parameter(const Token& t) { vectors_.back().parameter = t.text; }
  void end_vector_aggregation();
  void begin_label_replace() { replacements_.emplace_back(); }
  void label_replace_text(const Token& t) { replacements_.back().push_back(t.text); }
  void end_label_replace();
  void vector_value(const Token& t);
  void literal(const Token& t) { push({Literal{number(t)}}, 1); }
  void end_log_query();

  void begin_expression() { frames_.push_back(operators_.size()); }
  void binary_operator(const Token& t);
  void return_bool() { operators_.back().return_bool = true; }
  void matching_kind(const Token& t);
  void matching_labels() { operators_.back().matching.labels = take_names(); }
  void matching_side(const Token& t);
  void include_labels();
  void end_expression();
  bool last_is_log() const { return operands_.back().expr->is_log(); }

  /// The query, after the grammar has matched. Throws the first semantic error.
  ExprPtr finish();

 private:
  struct Operand { ExprPtr expr; int depth; };
  struct FilterOperand { LabelFilterPtr filter; int depth; };
  struct Operator { BinaryOperator op; bool return_bool = false; Matching matching; };
  struct PendingIn { LabelFilter::In filter; int outer_depth; };
  struct PendingVector { VectorOp op; std::optional<Grouping> grouping; std::optional<std::string> parameter; };

  Matcher matcher(const Token& value) const;
  double number(const Token& t);
  CompareOp compare_op() const;
  void push(Expr expr, int depth);
  Operand pop();
  void push_filter(LabelFilter filter, int depth = 1);
  FilterOperand pop_filter();
  void combine_filters();
  void combine();
  LogExpr take_log();
  std::vector<std::string> take_names() { return std::exchange(names_, {}); }
  /// Keeps the first semantic error for finish().
  void defer(const std::string& message);

  std::vector<Token> tokens_;
  std::string kinds_;
  bool strict_;
  int nesting_ = 0;
  std::string deferred_;

  std::string name_;
  Tok comparison_ = Tok::kEq;
  bool negative_ = false, without_ = false;
  std::vector<std::string> names_;
  std::vector<LogExpr> logs_;
  LineFilter line_filter_;
  std::vector<Extract> extracts_;
  std::vector<LabelFormatStage::Item> format_items_;
  std::vector<NamedMatcher> named_;
  std::vector<uint64_t> context_;
  std::vector<FilterOperand> filters_;
  std::vector<Tok> filter_operators_;
  std::vector<size_t> filter_frames_;
  std::vector<PendingIn> ins_;
  int deepest_filter_ = 0;  ///< of the label filter stages of the innermost log query
  Conversion conversion_ = Conversion::kNone;
  RangeAggregation range_{};
  std::optional<std::string> range_parameter_;
  std::vector<PendingVector> vectors_;
  std::vector<std::vector<std::string>> replacements_;
  std::vector<Operand> operands_;
  std::vector<Operator> operators_;
  std::vector<size_t> frames_;
};

}  // namespace sleipnir::logql
