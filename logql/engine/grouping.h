#pragma once
#include <span>
#include <string>

#include "base/labels.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// The labels among `names` (by, on).
LabelSet only(const LabelSet& labels, std::span<const std::string> names);
/// The labels that are not among `names`, without empty ones (without, ignoring).
LabelSet all_but(const LabelSet& labels, std::span<const std::string> names);
/// No grouping and `by ()` both give the empty set.
LabelSet group_labels(const LabelSet& labels, const std::optional<Grouping>& grouping);

}  // namespace sleipnir::logql
