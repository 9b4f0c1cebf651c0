#pragma once
// What the tree builder does at which rule of the grammar.
#include <functional>
#include <tao/pegtl.hpp>
#include <type_traits>

#include "logql/syntax/grammar.h"
#include "logql/syntax/tree_builder.h"

namespace sleipnir::logql {

template <class Rule>
struct action : tao::pegtl::nothing<Rule> {};

/// Calls a member of the builder, with the rule's first token where it takes one.
template <auto Member>
struct then {
  template <class Input>
  static void apply([[maybe_unused]] const Input& in, TreeBuilder& tree) {
    if constexpr (std::is_invocable_v<decltype(Member), TreeBuilder&, const Token&>) std::invoke(Member, tree, tree.token_at(in.begin()));
    else std::invoke(Member, tree);
  }
};

/// Adds a stage that has nothing but its name.
template <class Stage>
struct adds {
  static void apply0(TreeBuilder& tree) { tree.add(Stage{}); }
};

using B = TreeBuilder;
namespace g = grammar;

template <> struct action<g::selector_open> : then<&B::open_selector> {};
template <> struct action<g::selector_label> : then<&B::matcher_label> {};
template <> struct action<g::matcher_operator> : then<&B::matcher_op> {};
template <> struct action<g::bare_text> : then<&B::bare_text> {};

template <> struct action<g::line_filter_operator> : then<&B::begin_line_filter> {};
template <> struct action<g::line_filter_text> {
  template <class Input>
  static void apply(const Input& in, B& tree) { tree.line_filter_argument(tree.token_at(in.begin()), false); }
};
template <> struct action<g::line_filter_ip> {
  template <class Input>
  static void apply(const Input& in, B& tree) { tree.line_filter_argument(tree.token_at(in.begin()), true); }
};
template <> struct action<g::line_filter> : then<&B::end_line_filter> {};

template <> struct action<g::label_filter_begin> : then<&B::begin_label_filter> {};
template <> struct action<g::filter_label> : then<&B::filter_label> {};
template <> struct action<g::filter_comparison> : then<&B::filter_comparison> {};
template <> struct action<g::filter_string> : then<&B::filter_string> {};
template <> struct action<g::filter_pattern> : then<&B::filter_string> {};
template <> struct action<g::filter_ip> : then<&B::filter_ip> {};
template <> struct action<g::filter_duration> : then<&B::filter_duration> {};
template <> struct action<g::filter_bytes> : then<&B::filter_bytes> {};
template <> struct action<g::filter_number> : then<&B::filter_number> {};
template <> struct action<g::filter_signed_number> : then<&B::filter_number> {};
template <> struct action<g::filter_in_open> {
  static void apply0(B& tree) { tree.open_in(false); }
};
template <> struct action<g::filter_not_in_open> {
  static void apply0(B& tree) { tree.open_in(true); }
};
template <> struct action<g::filter_in_label> : then<&B::close_in> {};
template <> struct action<g::label_operator> {
  template <class Input>
  static void apply(const Input& in, B& tree) { tree.filter_operator(tree.token_at(in.begin()).kind); }
};
template <> struct action<g::label_juxtaposition> {
  static void apply0(B& tree) { tree.filter_operator(Tok::kComma); }
};
template <> struct action<g::label_filter> : then<&B::end_label_filter> {};
template <> struct action<g::label_filter_stage> : then<&B::end_label_filter_stage> {};

template <> struct action<g::extract_name> : then<&B::extract> {};
template <> struct action<g::extract_expression> : then<&B::extract_expression> {};
template <> struct action<g::json_stage> : then<&B::end_json> {};
template <> struct action<g::logfmt_begin> : adds<LogfmtStage> {};
template <> struct action<g::logfmt_flag> : then<&B::logfmt_flag> {};
template <> struct action<g::logfmt_stage> : then<&B::end_logfmt> {};
template <> struct action<g::regexp_text> : then<&B::regexp> {};
template <> struct action<g::pattern_text> : then<&B::pattern> {};
template <> struct action<g::unpack_stage> : adds<UnpackStage> {};
template <> struct action<g::decolorize_stage> : adds<DecolorizeStage> {};
template <> struct action<g::line_format_text> : then<&B::line_format> {};
template <> struct action<g::label_format_name> : then<&B::label_format_name> {};
template <> struct action<g::label_format_value> : then<&B::label_format_value> {};
template <> struct action<g::label_format_stage> : then<&B::end_label_format> {};
template <> struct action<g::named_label> : then<&B::named> {};
template <> struct action<g::drop_stage> : then<&B::end_drop> {};
template <> struct action<g::keep_stage> : then<&B::end_keep> {};
template <> struct action<g::distinct_label> : then<&B::listed_name> {};
template <> struct action<g::distinct_stage> : then<&B::end_distinct> {};
template <> struct action<g::context_count> : then<&B::context_count> {};
template <> struct action<g::context_stage> : then<&B::end_context> {};

template <> struct action<g::selector_value> : then<&B::selector_matcher> {};
template <> struct action<g::named_value> : then<&B::named_matcher> {};

template <> struct action<g::unwrap_label> : then<&B::unwrap_label> {};
template <> struct action<g::unwrap_conversion> : then<&B::unwrap_conversion> {};
template <> struct action<g::unwrap_filter> : then<&B::unwrap_filter> {};
template <> struct action<g::range_interval> : then<&B::range_interval> {};
template <> struct action<g::range_offset> : then<&B::range_offset> {};

template <> struct action<g::label_name> : then<&B::listed_name> {};
template <> struct action<g::grouping_kind> : then<&B::grouping_kind> {};
template <> struct action<g::grouping> : then<&B::range_grouping> {};
template <> struct action<g::range_operation> : then<&B::begin_range_aggregation> {};
template <> struct action<g::range_parameter> : then<&B::range_parameter> {};
template <> struct action<g::range_aggregation> : then<&B::end_range_aggregation> {};
template <> struct action<g::vector_operation> : then<&B::begin_vector_aggregation> {};
template <> struct action<g::vector_grouping> : then<&B::vector_grouping> {};
template <> struct action<g::vector_parameter> : then<&B::vector_parameter> {};
template <> struct action<g::vector_aggregation> : then<&B::end_vector_aggregation> {};
template <> struct action<g::label_replace_begin> : then<&B::begin_label_replace> {};
template <> struct action<g::label_replace_text> : then<&B::label_replace_text> {};
template <> struct action<g::label_replace> : then<&B::end_label_replace> {};
template <> struct action<g::vector_value> : then<&B::vector_value> {};
template <> struct action<g::sign> : then<&B::sign> {};
template <> struct action<g::literal> : then<&B::literal> {};
template <> struct action<g::signed_literal> : then<&B::literal> {};
template <> struct action<g::log_query> : then<&B::end_log_query> {};

template <> struct action<g::expression_begin> : then<&B::begin_expression> {};
template <> struct action<g::binary_operator> : then<&B::binary_operator> {};
template <> struct action<g::bool_modifier> : then<&B::return_bool> {};
template <> struct action<g::matching_kind> : then<&B::matching_kind> {};
template <> struct action<g::matching_labels> : then<&B::matching_labels> {};
template <> struct action<g::matching_side> : then<&B::matching_side> {};
template <> struct action<g::include_labels> : then<&B::include_labels> {};
template <> struct action<g::expression> : then<&B::end_expression> {};

}  // namespace sleipnir::logql
