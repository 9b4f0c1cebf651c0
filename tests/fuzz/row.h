#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "input.h"
#include "logql/stages/pipeline.h"
#include "logql/syntax/parse.h"

namespace sleipnir::fuzz {

/// Runs one line through a pipeline and checks what holds for every row that comes through.
inline void run_line(const logql::Pipeline& pipeline, std::string_view line) {
  static const LabelSet stream({{"app", "a"}, {"level", "stream"}}), metadata({{"trace_id", "t"}, {"level", "m"}});
  const auto runner = pipeline.runner();
  std::string first;
  for (int i = 0; i < 2; ++i) {
    logql::ProcessedRow row;
    const bool passed = runner->run(stream, metadata, 1772323200000000000, line, row);
    std::string seen = passed ? "passed " : "dropped";
    if (passed) {
      seen.append(row.line).append(row.labels->merged().to_string());
      for (const auto c : {logql::Category::kStream, logql::Category::kMetadata, logql::Category::kParsed}) seen += row.labels->category(c).to_string();
      for (const Label& l : row.labels->merged()) require(row.labels->get(l.name) == l.value, "merged() and get() agree", l.name);
    }
    if (i == 0) first = std::move(seen);
    else require(first == seen, "a runner keeps nothing of the row before", line);
  }
}

}  // namespace sleipnir::fuzz
