#pragma once
#include "base/result.h"
#include "logql/engine/poll.h"
#include "logql/engine/series.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// label_replace (logql.md §10.2). A series that it changes also loses its empty labels. Errors: a wrong regex, kInvalid; those of the poll.
Result<Vector> replace_label(const LabelReplace& replace, Vector inner, Poll& poll);

}  // namespace sleipnir::logql
