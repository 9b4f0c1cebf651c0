#pragma once
#include <vector>

#include "base/labels.h"
#include "base/line_text.h"
#include "base/time.h"

namespace sleipnir {

/// One log line: nanosecond time, any bytes, structured metadata.
struct Entry {
  Nanos timestamp = 0;
  LineText line;
  LabelSet metadata;
};

/// Entries of one stream, in arrival order, as a push brings them.
struct StreamEntries {
  LabelSet labels;
  std::vector<Entry> entries;
};

}  // namespace sleipnir
