#include "api/metadata/json_paths.h"

#include "logql/stages/arena.h"
#include "logql/stages/json_scan.h"
#include "logql/stages/label_name.h"

namespace sleipnir::api {

namespace json = logql::json;

void each_json_path(std::string_view line, const std::function<void(const std::string&, const std::vector<std::string>&)>& f) {
  using Step = json::ObjectReader::Step;
  struct Level {
    json::ObjectReader reader;
    std::string prefix;
  };
  logql::Arena arena;
  json::Blocks blocks;
  std::vector<std::string> path;
  std::vector<Level> levels;
  levels.push_back({json::ObjectReader(line, &blocks), ""});
  while (!levels.empty()) {
    json::ObjectReader& reader = levels.back().reader;
    const Step step = reader.next(arena);
    if (step == Step::kError) return;
    if (step == Step::kEnd) {
      levels.pop_back();
      if (!path.empty()) path.pop_back();
      continue;
    }
    const json::Value value = reader.value();
    std::string label = levels.back().prefix;
    logql::append_label_name(label, reader.key());
    path.emplace_back(reader.key());
    if (value.kind == json::Kind::kObject) {
      levels.push_back({json::ObjectReader(value.text, &blocks, true), std::move(label)});
      continue;
    }
    if (value.kind != json::Kind::kNull && value.kind != json::Kind::kArray && !label.empty()) f(label, path);
    path.pop_back();
  }
}

}  // namespace sleipnir::api
