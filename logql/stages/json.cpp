// `| json` without parameters (logql.md §7.5).
#include "base/text.h"
#include "logql/stages/json_scan.h"
#include "logql/stages/label_name.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

using json::Kind;
using json::ObjectReader;
using Next = Extraction::Next;

class JsonParser : public RowStage {
 public:
  explicit JsonParser(const Extraction& extraction) : extraction_(extraction) {}

  bool process(Row& row) const override {
    if (extraction_.nothing_to_do(row)) return true;
    Walk walk{row, extraction_, row.scratch.levels, row.scratch.path};
    walk.path.clear();
    walk.levels.assign(1, {ObjectReader(row.line, &row.scratch.blocks), 0});
    while (!walk.levels.empty()) {
      switch (walk.step()) {
        case Next::kContinue: break;
        case Next::kStop: return true;
        case Next::kDrop: return false;
      }
    }
    return true;
  }

 private:
  struct Walk {
    Row& row;
    const Extraction& extraction;
    std::vector<json::Level>& levels;
    std::string& path;  // sanitised names of the objects around, joined by `_`

    Next step() {
      json::Level& level = levels.back();
      switch (level.reader.next(row.labels.arena())) {
        case ObjectReader::Step::kError:
          extraction.fail(row, kJsonError, level.reader.error());
          return Next::kStop;
        case ObjectReader::Step::kEnd:
          path.resize(level.path_length);
          levels.pop_back();
          return Next::kContinue;
        case ObjectReader::Step::kMember: break;
      }
      const json::Value& value = level.reader.value();
      if (value.kind == Kind::kObject) {
        descend(level.reader.key(), value.text);
        return Next::kContinue;
      }
      Next next = value.kind == Kind::kNull || value.kind == Kind::kArray ? Next::kContinue : extract(level.reader.key(), value);
      if (next == Next::kContinue && extraction.complete(row)) return Next::kStop;
      return next;
    }

    void descend(std::string_view key, std::string_view object) {
      const size_t before = path.size();
      append_label_name(path, key);
      if (extraction.wants_prefix(path)) {
        levels.push_back({ObjectReader(object, &row.scratch.blocks, true), before});
      } else {
        path.resize(before);
      }
    }

    Next extract(std::string_view key, const json::Value& value) {
      std::string_view name = path.empty() ? label_name(key, row.labels.arena()) : nested_name(key);
      if (name.empty()) return Next::kContinue;
      const auto as = extraction.claim(row, name);
      if (!as) return Next::kContinue;
      return extraction.set(row, *as, value.kind == Kind::kString ? json::label_value(value.text, row.labels.arena()) : value.text);
    }

    std::string_view nested_name(std::string_view key) {
      const size_t before = path.size();
      append_label_name(path, key);
      const auto name = row.labels.keep(path);
      path.resize(before);
      return name;
    }
  };

  const Extraction& extraction_;
};

}  // namespace

Result<RowStagePtr> make_stage(const JsonStage& stage, const Extraction& extraction) {
  if (!stage.extracts.empty()) return make_json_expression(stage, extraction);
  return RowStagePtr(std::make_unique<JsonParser>(extraction));
}

}  // namespace sleipnir::logql
