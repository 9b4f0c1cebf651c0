#pragma once
#include <string>

#include "logql/engine/engine.h"
#include "logql/engine/memory_budget.h"
#include "logql/stages/pipeline.h"

namespace sleipnir::logql {

/// A row of a log answer that owns its labels, and its line where own_line() was called.
struct OwnedRow {
  Nanos timestamp = 0;
  std::string_view line;
  LabelSet labels, stream, metadata, parsed;
  std::string text;  ///< what `line` views once it is owned

  static OwnedRow of(Nanos timestamp, const ProcessedRow& row) {
    const RowLabels& l = *row.labels;
    return {timestamp, row.line, l.merged(), l.category(Category::kStream), l.category(Category::kMetadata), l.category(Category::kParsed), {}};
  }
  void own_line() { text = line; }
  size_t bytes() const { return sizeof *this + text.size() + memory_of(labels) + memory_of(stream) + memory_of(metadata) + memory_of(parsed); }
  LogRow view(bool owned) const { return {timestamp, owned ? std::string_view(text) : line, &labels, &stream, &metadata, &parsed}; }
};

}  // namespace sleipnir::logql
