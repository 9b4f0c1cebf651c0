// `| unpack` (logql.md §7.11).
#include "logql/stages/json_scan.h"
#include "logql/stages/label_name.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

class Unpacker : public RowStage {
 public:
  explicit Unpacker(const Extraction& extraction) : extraction_(extraction) {}

  bool process(Row& row) const override {
    if (row.line.empty() || extraction_.nothing_to_do(row)) return true;
    if (row.line[0] != '{') {
      extraction_.fail(row, kJsonError, "expecting json object(6), but it is not");
      return true;
    }
    std::optional<std::string_view> entry;
    if (const auto error = read(row, entry); !error.empty()) {
      extraction_.fail(row, kJsonError, error);
      return true;
    }
    if (!entry) return true;
    row.line = *entry;
    for (const auto& [name, value] : row.scratch.labels) {
      const auto as = extraction_.claim(row, name);
      if (as && extraction_.set(row, *as, value) == Extraction::Next::kDrop) return false;
    }
    return true;
  }

 private:
  /// Collects the string members into scratch.labels: they count only if the whole object is well-formed and holds `_entry`.
  static std::string_view read(Row& row, std::optional<std::string_view>& entry) {
    Arena& arena = row.labels.arena();
    auto& members = row.scratch.labels;
    members.clear();
    json::ObjectReader reader(row.line, nullptr);
    for (;;) {
      switch (reader.next(arena)) {
        case json::ObjectReader::Step::kEnd: return {};
        case json::ObjectReader::Step::kError: return reader.error();
        case json::ObjectReader::Step::kMember: break;
      }
      if (reader.value().kind != json::Kind::kString) continue;
      if (reader.key() == "_entry") {
        entry = json::unescape(reader.value().text, arena);
        if (!entry) return json::kBadEscape;
      } else if (const auto name = label_name(reader.key(), arena); !name.empty()) {
        members.emplace_back(name, json::label_value(reader.value().text, arena));
      }
    }
  }

  const Extraction& extraction_;
};

}  // namespace

Result<RowStagePtr> make_stage(const UnpackStage&, const Extraction& extraction) { return RowStagePtr(std::make_unique<Unpacker>(extraction)); }

}  // namespace sleipnir::logql
