#pragma once
#include "base/result.h"
#include "logql/syntax/text_cursor.h"

namespace sleipnir::logql {

/// Moves the cursor over a Go number literal that starts here, at a digit or at the dot of `.5` (logql.md §1.6). Whether the number can be
/// converted is not decided. Errors: `exponent has no digits`, `'_' must separate successive digits`, …
Result<void> skip_number(TextCursor& cursor);

}  // namespace sleipnir::logql
