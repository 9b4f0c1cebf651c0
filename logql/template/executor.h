#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "logql/template/node.h"
#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// Executes the tree `name` of `trees`, parsed from `text`, and appends to `out`, which is undefined after an error. `.` and `$` are `root`;
/// `data` is what the functions of a row see. Errors are Go's texts; kLimit where output, memory, steps or depth exceed their bounds.
Result<void> execute(const Trees& trees, std::string_view name, std::string_view text, const Value& root, const TemplateData& data, std::string& out);

}  // namespace sleipnir::logql::gotemplate
