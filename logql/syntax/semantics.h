#pragma once
// What a query may not say although the grammar allows it (logql.md §3, §7.9, §7.10, §9.2, §10.1, §10.2, §10.5). Messages are Loki's,
// without the prefix `parse error : `.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// Unwrap, grouping and whether there is a parameter. `parameter` is as written.
Result<void> check_range_aggregation(const RangeAggregation& aggregation, const std::optional<std::string>& parameter);

/// Parameter of an aggregation, as written, to its value. nullopt where the operation takes none.
Result<std::optional<int64_t>> vector_parameter(VectorOp op, const std::optional<std::string>& parameter);
Result<void> check_vector_grouping(VectorOp op, const std::optional<Grouping>& grouping);

/// Types of the two sides.
Result<void> check_binary(BinaryOperator op, const Expr& left, const Expr& right);

Result<void> check_label_replace(const LabelReplace& replace);
Result<void> check_regexp_stage(const std::string& regex);
Result<void> check_pattern_stage(std::string_view pattern);

/// Every selector needs a matcher that rules out the empty string (§3.2); `strict` false skips it for selectors, not for a literal that is
/// aggregated, which gets the same message.
Result<void> check_selectors(const Expr& expr, bool strict);
Result<void> check_selector(const std::vector<Matcher>& matchers);

}  // namespace sleipnir::logql
