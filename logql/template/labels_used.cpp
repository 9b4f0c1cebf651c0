#include "logql/template/labels_used.h"

#include <set>

namespace sleipnir::logql::gotemplate {
namespace {

/// Follows where the map of all labels can be met: as `$` in the main template, and as `.` outside `with` and `range`. A use of the
/// whole map, which might carry it elsewhere, ends the search.
class Search {
 public:
  void list(const ListNode* nodes, bool main, bool root) {
    if (!nodes) return;
    for (const auto& n : nodes->nodes) node(*n, main, root);
  }
  std::set<std::string> names;
  bool any = false, line = false, time = false;

 private:
  void node(const Node& n, bool main, bool root) {
    switch (n.type) {
      case NodeType::kAction: return node(*static_cast<const ActionNode&>(n).pipe, main, root);
      case NodeType::kIf: case NodeType::kWith: case NodeType::kRange: {
        const auto& branch = static_cast<const BranchNode&>(n);
        node(*branch.pipe, main, root);
        list(branch.list.get(), main, root && n.type == NodeType::kIf);
        return list(branch.otherwise.get(), main, root);
      }
      case NodeType::kTemplate:
        if (const auto& pipe = static_cast<const TemplateNode&>(n).pipe) node(*pipe, main, root);
        return;
      case NodeType::kPipe:
        for (const auto& command : static_cast<const PipeNode&>(n).commands) {
          for (const auto& arg : command->args) node(*arg, main, root);
        }
        return;
      case NodeType::kChain: return node(*static_cast<const ChainNode&>(n).term, main, root);
      case NodeType::kIdentifier: return function(static_cast<const IdentifierNode&>(n).name);
      case NodeType::kDot: any |= root; return;
      case NodeType::kField:
        if (root) names.insert(static_cast<const FieldNode&>(n).names[0]);
        return;
      case NodeType::kVariable: return variable(static_cast<const VariableNode&>(n), main);
      default: return;
    }
  }

  void function(std::string_view name) {
    line |= name == "__line__";
    time |= name == "__timestamp__" || name == "now";
  }

  void variable(const VariableNode& v, bool main) {
    if (!main || v.names[0] != "$") return;
    if (v.names.size() > 1) names.insert(v.names[1]);
    else any = true;
  }
};

}  // namespace

Uses find_uses(const Trees& trees, std::string_view name) {
  Search search;
  for (const auto& [tree, root] : trees) search.list(root.get(), tree == name, tree == name);
  Uses uses;
  uses.line = search.line;
  uses.time = search.time;
  if (!search.any) uses.labels.emplace(search.names.begin(), search.names.end());
  return uses;
}

}  // namespace sleipnir::logql::gotemplate
