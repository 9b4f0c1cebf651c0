// `| pattern "<a> <_> <b>"` (logql.md §7.10).
#include <set>

#include "logql/stages/pattern_text.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

class PatternParser : public RowStage {
 public:
  PatternParser(LinePattern nodes, const Extraction& extraction) : nodes_(std::move(nodes)), extraction_(extraction) {}

  bool process(Row& row) const override {
    if (row.line.empty() || extraction_.nothing_to_do(row)) return true;
    std::string_view rest = row.line;
    size_t n = 0;
    if (!nodes_[0].capture) {
      if (!rest.starts_with(nodes_[0].text)) return true;
      rest.remove_prefix(nodes_[0].text.size());
      n = 1;
    }
    // Captures and literals alternate from here on; a literal that is not found gives the rest to the capture before it.
    for (; n < nodes_.size(); n += 2) {
      size_t end = n + 1 < nodes_.size() ? rest.find(nodes_[n + 1].text) : std::string_view::npos;
      if (!capture(row, nodes_[n], rest.substr(0, end))) return false;
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + nodes_[n + 1].text.size());
    }
    return true;
  }

 private:
  bool capture(Row& row, const PatternNode& node, std::string_view value) const {
    if (!node.named()) return true;
    const auto as = extraction_.claim(row, node.text);
    return !as || extraction_.set(row, *as, value) != Extraction::Next::kDrop;
  }

  LinePattern nodes_;
  const Extraction& extraction_;
};

}  // namespace

Result<RowStagePtr> make_stage(const PatternStage& stage, const Extraction& extraction) {
  auto nodes = parse_pattern(stage.pattern);
  if (!nodes) return nodes.error();
  std::set<std::string> names;
  for (const PatternNode& n : *nodes)
    if (n.named() && !names.insert(n.text).second) return invalid("duplicate capture name (" + n.text + "): invalid expression");
  if (names.empty()) return invalid("at least one capture is required");
  return RowStagePtr(std::make_unique<PatternParser>(std::move(*nodes), extraction));
}

}  // namespace sleipnir::logql
