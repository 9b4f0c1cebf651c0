// A query, NUL, and a line: whatever compiles runs over any line.
#include "row.h"

using namespace sleipnir;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto [text, line] = fuzz::split(data, size);
  const auto query = logql::parse(text, {.strict = false});
  if (!query) return 0;
  const auto* log = std::get_if<logql::LogExpr>(&(*query)->v);
  if (!log) return 0;
  for (const logql::Stage& stage : log->stages)
    if (std::holds_alternative<logql::DistinctStage>(stage) || std::holds_alternative<logql::ContextStage>(stage)) return 0;
  const auto compiled = logql::Pipeline::compile(log->stages);
  if (!compiled) {
    fuzz::require(!compiled.error().message.empty(), "a refusal has a message", text);
    return 0;
  }
  (void)to_string((*compiled)->predicate());
  fuzz::run_line(**compiled, line);
  return 0;
}
