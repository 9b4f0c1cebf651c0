#pragma once
#include <string>

#include "base/result.h"
#include "logql/syntax/text_cursor.h"

namespace sleipnir::logql {

/// Reads the rest of a `"…"` literal whose opening quote was taken, and decodes it (logql.md §1.2). With quote `'` it reads the rest of a
/// character literal. Errors: `literal not terminated`, `invalid char escape`, `invalid UTF-8 rune`, …
Result<std::string> read_interpreted(TextCursor& cursor, char32_t quote);

/// The rest of a `` `…` `` literal whose opening quote was taken. Carriage returns are dropped, as Go does.
Result<std::string> read_raw(TextCursor& cursor);

}  // namespace sleipnir::logql
