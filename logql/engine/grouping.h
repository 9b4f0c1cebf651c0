#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/labels.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// The labels among `names` (by, on).
LabelSet only(const LabelSet& labels, std::span<const std::string> names);
/// The labels that are not among `names`, without empty ones (without, ignoring).
LabelSet all_but(const LabelSet& labels, std::span<const std::string> names);
/// Whether a label is among those of the group: named by `by`, or neither empty nor named by `without`.
bool groups_by(const Grouping& grouping, std::string_view name, std::string_view value);
/// No grouping and `by ()` both give the empty set.
LabelSet group_labels(const LabelSet& labels, const std::optional<Grouping>& grouping);

}  // namespace sleipnir::logql
