#pragma once
// Rule groups as YAML: in rule files, and in the bodies of the configuration API (http-api.md §12.2).
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "rules/rule.h"

namespace sleipnir::rules {

/// One group, as it is posted. Unknown keys are read over, as in Loki. Errors (kInvalid) say which value has the wrong form. What the values mean is
/// not checked: see validate().
Result<RuleGroup> read_group(const std::string& yaml);
/// A rule file: `groups: [...]`. Unknown keys are errors, since they are mostly misspelt ones. Also refused: texts beyond kMostRuleBytes in all, which
/// only aliases can make of a file of ordinary size.
Result<std::vector<RuleGroup>> read_rule_file(const std::string& yaml);

std::string write_group(const RuleGroup& group);
std::string write_rule_file(const std::vector<RuleGroup>& groups);
std::string write_namespaces(const Namespaces& namespaces);

inline constexpr size_t kMostRuleBytes = 16 << 20;

}  // namespace sleipnir::rules
