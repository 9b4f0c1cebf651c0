#pragma once
// LogQL's grammar (logql.md §2) over tokens. The input is one byte a token, its kind, so a position is a token's index. Every choice is
// decided by the next token or two: nothing is parsed twice, and the first token that cannot follow is the one that the error names.
//
// The expected tokens of an error are those of an LALR(1) parser (§12.2): only where the sentence *must* go on is there a list, and
// what could also follow there by repetition or option is not in it, since the parser has reduced by then. `need` and `look` carry such
// lists; `fail` stands where more than four tokens are possible.
#include <tao/pegtl.hpp>

#include "logql/syntax/grammar_rules.h"

namespace sleipnir::logql::grammar {

// Selectors.

struct matcher_operator : need<Tok::kEq, Tok::kRe, Tok::kNotRe, Tok::kNotEq> {};
struct selector_label : need<Tok::kIdent> {};
struct selector_value : need<Tok::kString> {};
struct selector_matcher : seq<selector_label, matcher_operator, selector_value> {};
struct selector_open : tok<Tok::kOpenBrace> {};
struct selector : seq<selector_open, look<Tok::kIdent, Tok::kCloseBrace>,
                      sor<tok<Tok::kCloseBrace>, seq<list<selector_matcher>, need<Tok::kCloseBrace, Tok::kComma>>>> {};

// Line filters.

struct line_filter_operator : tok<Tok::kPipeEq, Tok::kNotEq, Tok::kPipeRe, Tok::kNotRe, Tok::kPipePattern, Tok::kNotPattern> {};
struct line_filter_text : tok<Tok::kString> {};
struct line_filter_ip : need<Tok::kString> {};
struct line_filter_argument
    : seq<look<Tok::kString, Tok::kIp>, sor<line_filter_text, seq<tok<Tok::kIp>, need<Tok::kOpenParen>, line_filter_ip, need<Tok::kCloseParen>>>> {};
struct line_filter : seq<line_filter_operator, line_filter_argument, star<tok<Tok::kOr>, line_filter_argument>> {};

// Label filters.

struct filter_label : tok<Tok::kIdent> {};
struct filter_comparison : tok<Tok::kEq, Tok::kNotEq, Tok::kRe, Tok::kNotRe, Tok::kEqEq, Tok::kGreater, Tok::kGreaterEq, Tok::kLess, Tok::kLessEq> {};
struct filter_string : tok<Tok::kString> {};
struct filter_pattern : need<Tok::kString> {};
struct filter_ip : need<Tok::kString> {};
struct filter_duration : tok<Tok::kDuration> {};
struct filter_bytes : tok<Tok::kBytes> {};
struct filter_number : tok<Tok::kNumber> {};
struct filter_signed_number : need<Tok::kNumber> {};
struct sign : tok<Tok::kAdd, Tok::kSub> {};
struct filter_quantity : sor<filter_number, filter_duration, filter_bytes, seq<sign, filter_signed_number>> {};
struct filter_equality : seq<at<tok<Tok::kEq, Tok::kNotEq>>, filter_comparison,
                             sor<filter_string, seq<tok<Tok::kIp>, need<Tok::kOpenParen>, filter_ip, need<Tok::kCloseParen>>, filter_quantity, fail>> {};
struct filter_regex : seq<at<tok<Tok::kRe, Tok::kNotRe>>, filter_comparison, filter_pattern> {};
struct filter_order : seq<filter_comparison, sor<filter_quantity, fail>> {};

struct in_query;
struct filter_in_label : tok<Tok::kIdent> {};
struct filter_in_open : seq<word<kIn>, tok<Tok::kOpenParen>> {};
struct filter_not_in_open : seq<word<kNot>, word<kIn>, tok<Tok::kOpenParen>> {};
struct in_operator : sor<filter_in_open, filter_not_in_open> {};
struct filter_in : seq<addition, in_operator, nested<in_query>, need<Tok::kPipe>, filter_in_label, need<Tok::kCloseParen>> {};

struct label_predicate : seq<filter_label, sor<filter_equality, filter_regex, filter_order, filter_in, fail>> {};
struct label_filter;
struct filter_group : seq<tok<Tok::kOpenParen>, nested<label_filter>, sor<tok<Tok::kCloseParen>, fail>> {};
struct label_operand : seq<look<Tok::kIdent, Tok::kOpenParen>, sor<filter_group, label_predicate>> {};
struct label_operator : tok<Tok::kAnd, Tok::kOr, Tok::kComma> {};
struct label_juxtaposition : at<tok<Tok::kIdent, Tok::kOpenParen>> {};
struct label_filter_begin : success {};
struct label_filter : seq<label_filter_begin, label_operand, star<sor<label_operator, label_juxtaposition>, label_operand>> {};

// Stages.

struct extract_name : need<Tok::kIdent> {};
struct extract_expression : need<Tok::kString> {};
struct extract : seq<extract_name, opt<tok<Tok::kEq>, extract_expression>> {};
struct extracts : opt<at<tok<Tok::kIdent>>, list<extract>> {};
struct json_stage : seq<tok<Tok::kJson>, extracts> {};
struct logfmt_flag : tok<Tok::kFlag> {};
struct logfmt_begin : tok<Tok::kLogfmt> {};
struct logfmt_stage : seq<logfmt_begin, star<logfmt_flag>, extracts> {};
struct regexp_text : need<Tok::kString> {};
struct regexp_stage : seq<tok<Tok::kRegexp>, regexp_text> {};
struct pattern_text : need<Tok::kString> {};
struct pattern_stage : seq<tok<Tok::kPattern>, pattern_text> {};
struct unpack_stage : tok<Tok::kUnpack> {};
struct decolorize_stage : tok<Tok::kDecolorize> {};
struct line_format_text : need<Tok::kString> {};
struct line_format_stage : seq<tok<Tok::kLineFormat>, line_format_text> {};
struct label_format_name : need<Tok::kIdent> {};
struct label_format_value : need<Tok::kIdent, Tok::kString> {};
struct label_format_item : seq<label_format_name, need<Tok::kEq>, label_format_value> {};
struct label_format_stage : seq<tok<Tok::kLabelFormat>, list<label_format_item>> {};
struct named_label : need<Tok::kIdent> {};
struct named_value : need<Tok::kString> {};
struct named : seq<named_label, opt<at<tok<Tok::kEq, Tok::kRe, Tok::kNotRe, Tok::kNotEq>>, matcher_operator, named_value>> {};
struct drop_stage : seq<tok<Tok::kDrop>, list<named>> {};
struct keep_stage : seq<tok<Tok::kKeep>, list<named>> {};
struct distinct_label : need<Tok::kIdent> {};
struct distinct_stage : seq<addition, at<word<kDistinct>, not_at<in_operator>, tok<Tok::kIdent>>, tok<Tok::kIdent>, list<distinct_label>> {};
struct context_count : need<Tok::kNumber> {};
struct context_stage : seq<addition, at<word<kContext>, tok<Tok::kNumber>>, tok<Tok::kIdent>, context_count, need<Tok::kComma>, context_count> {};
struct label_filter_stage : seq<at<tok<Tok::kIdent, Tok::kOpenParen>>, label_filter> {};

struct stage : sor<line_filter, seq<tok<Tok::kPipe>, sor<json_stage, logfmt_stage, regexp_stage, pattern_stage, unpack_stage, decolorize_stage,
                                                          line_format_stage, label_format_stage, drop_stage, keep_stage, distinct_stage,
                                                          context_stage, label_filter_stage, fail>>> {};
struct bare_text : tok<Tok::kString> {};
struct log_query : seq<sor<selector, seq<addition, bare_text>>, star<stage>> {};
/// The query of `label in (…)`: its last `| name` is no stage.
struct in_query : seq<selector, star<not_at<tok<Tok::kPipe>, tok<Tok::kIdent>, tok<Tok::kCloseParen>>, stage>> {};

// Log ranges.

struct unwrap_label : need<Tok::kIdent> {};
struct unwrap_conversion : tok<Tok::kBytesConv, Tok::kDurationConv, Tok::kDurationSecondsConv> {};
struct unwrap_filter : seq<look<Tok::kIdent, Tok::kOpenParen>, label_filter> {};
struct unwrap : seq<tok<Tok::kPipe>, need<Tok::kUnwrap>, look<Tok::kIdent, Tok::kBytesConv, Tok::kDurationConv, Tok::kDurationSecondsConv>,
                    sor<seq<unwrap_conversion, need<Tok::kOpenParen>, unwrap_label, need<Tok::kCloseParen>>, unwrap_label>,
                    star<tok<Tok::kPipe>, unwrap_filter>> {};
struct range_stages : star<not_at<tok<Tok::kPipe>, tok<Tok::kUnwrap>>, stage> {};
struct range_interval : tok<Tok::kRange> {};
struct range_offset : need<Tok::kDuration> {};
struct offset : seq<tok<Tok::kOffset>, range_offset> {};
/// `[5m] offset 1m | … | unwrap x`: the stages stand behind.
struct stages_behind : seq<range_interval, opt<offset>, range_stages, opt<at<tok<Tok::kPipe>>, unwrap>> {};
struct interval_behind_unwrap : seq<at<tok<Tok::kPipe>>, unwrap, look<Tok::kRange, Tok::kPipe>, range_interval, opt<offset>> {};
struct interval_behind_stages : seq<range_interval, opt<offset>> {};
struct plain_range : seq<selector, sor<stages_behind, seq<range_stages, sor<interval_behind_unwrap, interval_behind_stages, fail>>>> {};

struct log_range;
struct needed_interval : seq<look<Tok::kRange>, range_interval, opt<offset>> {};
struct close_range : need<Tok::kCloseParen> {};
/// After `( selector`: either the range ends inside the parentheses, or they hold the log query alone.
struct group_of_selector : seq<tok<Tok::kCloseParen>, needed_interval, opt<at<tok<Tok::kPipe>>, unwrap>> {};
struct group_of_stages : seq<tok<Tok::kCloseParen>, needed_interval> {};
struct group_of_unwrap : seq<at<tok<Tok::kPipe>>, unwrap, look<Tok::kRange, Tok::kPipe, Tok::kCloseParen>,
                             sor<group_of_stages, seq<interval_behind_stages, close_range>>> {};
struct grouped_range
    : seq<tok<Tok::kOpenParen>, look<Tok::kOpenBrace, Tok::kOpenParen>,
          sor<seq<at<tok<Tok::kOpenParen>>, nested<log_range>, close_range>,
              seq<selector, sor<seq<stages_behind, close_range>, group_of_selector,
                                seq<range_stages, sor<group_of_unwrap, group_of_stages, seq<interval_behind_stages, close_range>, fail>>>>>> {};
struct log_range : sor<plain_range, grouped_range> {};

// Metric queries.

struct label_name : need<Tok::kIdent> {};
struct labels : seq<look<Tok::kIdent, Tok::kCloseParen>, sor<tok<Tok::kCloseParen>, seq<list<label_name>, need<Tok::kCloseParen, Tok::kComma>>>> {};
struct grouping_kind : tok<Tok::kBy, Tok::kWithout> {};
struct grouping : seq<grouping_kind, need<Tok::kOpenParen>, labels> {};

struct range_operation
    : tok<Tok::kCountOverTime, Tok::kRate, Tok::kRateCounter, Tok::kBytesOverTime, Tok::kBytesRate, Tok::kAvgOverTime, Tok::kSumOverTime,
          Tok::kMinOverTime, Tok::kMaxOverTime, Tok::kStdvarOverTime, Tok::kStddevOverTime, Tok::kQuantileOverTime, Tok::kFirstOverTime,
          Tok::kLastOverTime, Tok::kAbsentOverTime> {};
struct range_parameter : tok<Tok::kNumber> {};
struct range_aggregation
    : seq<range_operation, need<Tok::kOpenParen>, look<Tok::kNumber, Tok::kOpenBrace, Tok::kOpenParen>,
          opt<range_parameter, need<Tok::kComma>, look<Tok::kOpenBrace, Tok::kOpenParen>>, log_range, close_range, opt<grouping>> {};

struct expression;
struct metric_only : only_metric {};
struct metric_expression : seq<nested<expression>, metric_only> {};
struct vector_operation : tok<Tok::kSum, Tok::kAvg, Tok::kCount, Tok::kMax, Tok::kMin, Tok::kStddev, Tok::kStdvar, Tok::kBottomk, Tok::kTopk,
                              Tok::kSort, Tok::kSortDesc, Tok::kApproxTopk> {};
struct vector_parameter : tok<Tok::kNumber> {};
struct vector_arguments : seq<need<Tok::kOpenParen>, opt<at<tok<Tok::kNumber>, tok<Tok::kComma>>, vector_parameter, tok<Tok::kComma>>,
                              metric_expression, sor<tok<Tok::kCloseParen>, fail>> {};
struct vector_grouping : grouping {};
struct vector_aggregation
    : seq<vector_operation, look<Tok::kOpenParen, Tok::kBy, Tok::kWithout>,
          sor<seq<vector_grouping, vector_arguments>, seq<vector_arguments, opt<vector_grouping>>>> {};

struct label_replace_text : need<Tok::kString> {};
struct label_replace_begin : tok<Tok::kLabelReplace> {};
struct label_replace_argument : seq<need<Tok::kComma>, label_replace_text> {};
struct label_replace : seq<label_replace_begin, need<Tok::kOpenParen>, metric_expression, sor<at<tok<Tok::kComma>>, fail>,
                           rep<4, label_replace_argument>, need<Tok::kCloseParen>> {};

struct vector_value : need<Tok::kNumber> {};
struct vector_function : seq<tok<Tok::kVector>, need<Tok::kOpenParen>, vector_value, need<Tok::kCloseParen>> {};
struct literal : tok<Tok::kNumber> {};
struct signed_literal : need<Tok::kNumber> {};

struct group : seq<tok<Tok::kOpenParen>, nested<expression>, sor<tok<Tok::kCloseParen>, fail>> {};
struct operand : sor<literal, seq<sign, signed_literal>, log_query, group, range_aggregation, vector_aggregation, label_replace, vector_function, fail> {};

struct binary_operator : tok<Tok::kOr, Tok::kAnd, Tok::kUnless, Tok::kEqEq, Tok::kNotEq, Tok::kLess, Tok::kLessEq, Tok::kGreater, Tok::kGreaterEq,
                             Tok::kAdd, Tok::kSub, Tok::kMul, Tok::kDiv, Tok::kMod, Tok::kPow> {};
struct bool_modifier : tok<Tok::kBool> {};
struct matching_kind : tok<Tok::kOn, Tok::kIgnoring> {};
struct matching_labels : labels {};
struct include_labels : labels {};
struct matching_side : tok<Tok::kGroupLeft, Tok::kGroupRight> {};
struct matching : seq<matching_kind, need<Tok::kOpenParen>, matching_labels, opt<matching_side, opt<tok<Tok::kOpenParen>, include_labels>>> {};
struct expression_begin : success {};
struct expression : seq<expression_begin, operand, star<binary_operator, opt<bool_modifier>, opt<matching>, operand>> {};

struct query : seq<expression, sor<tok<Tok::kEnd>, fail>> {};

}  // namespace sleipnir::logql::grammar
