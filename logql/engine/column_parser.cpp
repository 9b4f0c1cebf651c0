#include "logql/engine/column_parser.h"

#include "logql/stages/json_path.h"
#include "logql/stages/pattern_text.h"

namespace sleipnir::logql {

std::optional<ColumnParser> ColumnParser::of(const Stage& stage) {
  ColumnParser parser;
  if (auto* stage_of_json = std::get_if<JsonStage>(&stage)) {
    if (stage_of_json->extracts.empty()) return parser;
    auto paths = json::key_paths(*stage_of_json);
    if (!paths) return {};
    parser.from_ = From::kJsonPath;
    parser.paths_ = std::move(*paths);
    return parser;
  }
  if (auto* pattern = std::get_if<PatternStage>(&stage)) {
    auto nodes = parse_pattern(pattern->pattern);
    if (!nodes.ok()) return {};
    parser.from_ = From::kPattern;
    parser.pattern_ = std::make_shared<const LinePattern>(*std::move(nodes));
    return parser;
  }
  auto* logfmt = std::get_if<LogfmtStage>(&stage);
  if (!logfmt || !logfmt->extracts.empty() || logfmt->strict || logfmt->keep_empty) return {};
  parser.from_ = From::kLogfmt;
  return parser;
}

WantedField ColumnParser::column(const std::string& name, bool number) const {
  const auto path = paths_.find(name);
  return {from_, name, number && from_ != From::kPattern, pattern_, path == paths_.end() ? std::vector<std::string>() : path->second};
}

WantedField ColumnParser::failures() const { return {from_, "__error__", false, {}, {}}; }

}  // namespace sleipnir::logql
