// `| regexp "…"` (logql.md §7.9).
#include <re2/re2.h>

#include <set>

#include "base/regex.h"
#include "base/text.h"
#include "logql/stages/label_name.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

class RegexpParser : public RowStage {
 public:
  RegexpParser(Regex regex, const Extraction& extraction) : regex_(std::move(regex)), extraction_(extraction) {
    names_.assign(regex_.re2().CapturingGroupNames().begin(), regex_.re2().CapturingGroupNames().end());
  }

  bool process(Row& row) const override {
    std::vector<re2::StringPiece> groups(names_.back().first + 1);
    const std::string_view line = valid_utf8(row.line) ? row.line : row.labels.arena().keep(replace_invalid_utf8(row.line));
    if (!regex_.re2().Match(line, 0, line.size(), re2::RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()))) return true;
    for (const auto& [group, name] : names_) {
      const auto as = extraction_.claim(row, name);
      if (!as) continue;
      const std::string_view value(groups[group].data(), groups[group].size());
      if (extraction_.set(row, *as, value) == Extraction::Next::kDrop) return false;
    }
    return true;
  }

 private:
  Regex regex_;
  std::vector<std::pair<int, std::string>> names_;  // ascending by group; names are label names, the parser of queries saw to it
  const Extraction& extraction_;
};

}  // namespace

Result<RowStagePtr> make_stage(const RegexpStage& stage, const Extraction& extraction) {
  auto regex = Regex::compile(stage.regex);
  if (!regex) return regex.error();
  if (regex->re2().CapturingGroupNames().empty()) return invalid("at least one named capture must be supplied");
  return RowStagePtr(std::make_unique<RegexpParser>(std::move(*regex), extraction));
}

}  // namespace sleipnir::logql
