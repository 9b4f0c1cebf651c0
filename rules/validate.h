#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "logql/syntax/parse.h"
#include "rules/rule.h"

namespace sleipnir::rules {

/// Checks groups that stand in one file: names, expressions, labels, templates. The error (kInvalid) joins the texts of all mistakes, which are Loki's
/// (http-api.md §12.2), with `, `.
Result<void> validate(const std::vector<RuleGroup>& groups, logql::ParseOptions options);

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`; labels are the same without colons.
bool is_metric_name(std::string_view name);
bool is_label_name(std::string_view name);

}  // namespace sleipnir::rules
