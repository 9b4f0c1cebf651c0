#pragma once
// Runs one line through the stages of a query.
#include <optional>
#include <string>

#include "logql/stages/pipeline.h"
#include "logql/syntax/parse.h"

namespace sleipnir::logql {

struct StageCase {
  LabelSet stream{{"app", "l"}};
  LabelSet metadata;
  Hints hints;
};

inline std::shared_ptr<const Pipeline> compiled(const std::string& stages, const Hints& hints = {}) {
  auto expr = parse("{app=\"l\"} " + stages);
  if (!expr) return nullptr;
  auto pipeline = Pipeline::compile(std::get<LogExpr>((*expr)->v).stages, {}, hints);
  return pipeline ? *pipeline : nullptr;
}

/// The error of compiling the stages, "" without one.
inline std::string compile_error(const std::string& stages) {
  auto expr = parse("{app=\"l\"} " + stages);
  if (!expr) return expr.error().message;
  auto pipeline = Pipeline::compile(std::get<LogExpr>((*expr)->v).stages);
  return pipeline ? "" : pipeline.error().message;
}

/// `kept` or `dropped`.
inline std::string verdict(const std::string& stages, const std::string& line, const StageCase& c = {}) {
  const auto pipeline = compiled(stages, c.hints);
  if (!pipeline) return "does not compile";
  ProcessedRow row;
  if (!pipeline->runner()->run(c.stream, c.metadata, 0, line, row)) return "dropped";
  return "kept";
}

/// The labels that come out, without those of the stream that are as they were.
inline std::string labels_after(const std::string& stages, const std::string& line, const StageCase& c = {}) {
  const auto pipeline = compiled(stages, c.hints);
  if (!pipeline) return "does not compile";
  const auto runner = pipeline->runner();
  ProcessedRow row;
  if (!runner->run(c.stream, c.metadata, 0, line, row)) return "dropped";
  LabelSet labels = row.labels->merged();
  for (const Label& l : c.stream)
    if (labels.get(l.name) == l.value) labels.erase(l.name);
  return labels.to_string();
}

/// The line that comes out.
inline std::string line_after(const std::string& stages, const std::string& line, const StageCase& c = {}) {
  const auto pipeline = compiled(stages, c.hints);
  if (!pipeline) return "does not compile";
  const auto runner = pipeline->runner();
  ProcessedRow row;
  if (!runner->run(c.stream, c.metadata, 0, line, row)) return "dropped";
  return std::string(row.line);
}

}  // namespace sleipnir::logql
