// `| json a, b="x.y[0]"` (logql.md §7.6).
#include "logql/stages/json_find.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

class JsonExpressionParser : public RowStage {
 public:
  JsonExpressionParser(std::vector<std::string> names, std::vector<json::Path> paths, const Extraction& extraction)
      : names_(std::move(names)), paths_(std::move(paths)), extraction_(extraction) {}

  bool process(Row& row) const override {
    if (row.line.empty() || extraction_.nothing_to_do(row)) return true;
    if (row.line[0] != '"' && row.line[0] != '{' && row.line[0] != '[') {
      extraction_.fail(row, kJsonError, {});
      return true;
    }
    size_t matches = 0;
    json::find_paths(row.line, paths_, row.labels.arena(), [&](const json::Found& f) {
      if (!f.error.empty()) {
        extraction_.fail(row, kJsonError, f.error);
        return;
      }
      row.labels.set_parsed(extraction_.collision_free(row, names_[f.path]), text_of(f.value, row.labels.arena()));
      ++matches;
    });
    if (matches < names_.size()) fill_missing(row);
    return true;
  }

 private:
  static std::string_view text_of(const json::Value& value, Arena& arena) {
    if (value.kind == json::Kind::kNull) return {};
    return value.kind == json::Kind::kObject ? value.text : json::label_value(value.text, arena);
  }
  void fill_missing(Row& row) const {
    for (const std::string& name : names_)
      if (!row.labels.find(name)) row.labels.set_parsed(name, "");
  }

  std::vector<std::string> names_;
  std::vector<json::Path> paths_;
  const Extraction& extraction_;
};

}  // namespace

Result<RowStagePtr> make_json_expression(const JsonStage& stage, const Extraction& extraction) {
  std::vector<std::string> names;
  std::vector<json::Path> paths;
  for (const Extract& e : stage.extracts) {
    auto path = json::parse_path(e.expression);
    if (!path) return invalid("cannot parse expression [" + e.expression + "]: " + path.error().message);
    names.push_back(e.name);
    paths.push_back(std::move(*path));
  }
  return RowStagePtr(std::make_unique<JsonExpressionParser>(std::move(names), std::move(paths), extraction));
}

}  // namespace sleipnir::logql
