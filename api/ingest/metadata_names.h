#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/labels.h"
#include "base/result.h"

namespace sleipnir::api {

/// The name under which structured metadata is stored (http-api.md §9.6.2): every run of bytes outside [A-Za-z0-9] becomes one `_`, `__x__` keeps
/// its outer pairs, a leading digit gets `key_` before it. Errors are kInvalid: `label name is empty`,
/// `normalization for label name "_" resulted in invalid name "_"` where only underscores are left.
Result<std::string> normalize_metadata_name(std::string_view name);

/// Normalises all names in place, turns U+FFFD and what is no UTF-8 in values into blanks, and drops labels without a value. A name that was
/// changed wins over one that was so from the start. Cheap where nothing is to be done, which is the rule.
Result<void> normalize_metadata(std::vector<Label>& metadata);

}  // namespace sleipnir::api
