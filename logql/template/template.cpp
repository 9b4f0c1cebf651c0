#include "logql/template/template.h"

#include "logql/template/executor.h"
#include "logql/template/labels_used.h"
#include "logql/template/parser.h"

namespace sleipnir::logql {
namespace {

using namespace gotemplate;

/// One instruction of a template that only strings texts and labels together.
struct Piece {
  enum class Kind : uint8_t { kText, kLabel, kLine } kind;
  std::string text;  ///< the text, or the label's name
};

/// The only operand of an action without variables, or null.
const Node* sole_operand(const Node& node) {
  if (node.type != NodeType::kAction) return nullptr;
  const PipeNode& pipe = *static_cast<const ActionNode&>(node).pipe;
  if (!pipe.variables.empty() || pipe.commands.size() != 1 || pipe.commands[0]->args.size() != 1) return nullptr;
  return pipe.commands[0]->args[0].get();
}

const std::string* label_of(const Node& node) {
  if (node.type != NodeType::kField) return nullptr;
  const auto& names = static_cast<const FieldNode&>(node).names;
  return names.size() == 1 ? &names[0] : nullptr;
}

/// nullopt where a node needs the executor.
std::optional<std::vector<Piece>> pieces_of(const ListNode& list) {
  std::vector<Piece> pieces;
  for (const auto& node : list.nodes) {
    if (node->type == NodeType::kText) {
      pieces.push_back({Piece::Kind::kText, static_cast<const TextNode&>(*node).text});
      continue;
    }
    const Node* operand = sole_operand(*node);
    if (!operand) return std::nullopt;
    if (const std::string* label = label_of(*operand)) {
      pieces.push_back({Piece::Kind::kLabel, *label});
    } else if (operand->type == NodeType::kIdentifier && static_cast<const IdentifierNode*>(operand)->name == "__line__") {
      pieces.push_back({Piece::Kind::kLine, {}});
    } else {
      return std::nullopt;
    }
  }
  return pieces;
}

}  // namespace

struct Template::Impl {
  std::string name, text;
  Trees trees;
  Uses uses;
  std::optional<std::vector<Piece>> pieces;
  const std::string* single_field = nullptr;
};

Result<Template> Template::compile(std::string_view name, std::string_view text) {
  auto impl = std::make_shared<Impl>();
  impl->name = name;
  impl->text = text;
  auto trees = parse(impl->name, impl->text);
  if (!trees.ok()) return trees.error();
  impl->trees = *std::move(trees);
  const ListNode& main = *impl->trees.find(name)->second;
  impl->uses = find_uses(impl->trees, name);
  impl->pieces = pieces_of(main);
  if (main.nodes.size() == 1) {
    if (const Node* operand = sole_operand(*main.nodes[0])) impl->single_field = label_of(*operand);
  }
  Template result;
  result.impl_ = std::move(impl);
  return result;
}

Result<void> Template::execute(const TemplateData& data, std::string& out) const {
  if (!impl_->pieces) {
    const size_t before = out.size();
    auto done = gotemplate::execute(impl_->trees, impl_->name, impl_->text, Value::of_labels(&data), data, out);
    if (!done.ok()) out.resize(before);
    return done;
  }
  for (const Piece& piece : *impl_->pieces) {
    switch (piece.kind) {
      case Piece::Kind::kText: out += piece.text; break;
      case Piece::Kind::kLabel: out += data.get(piece.text).value_or(std::string_view()); break;
      case Piece::Kind::kLine: out += data.line(); break;
    }
  }
  return {};
}

std::optional<std::vector<std::string>> Template::labels() const { return impl_->uses.labels; }
const std::string* Template::single_field() const { return impl_->single_field; }
bool Template::uses_line() const { return impl_->uses.line; }
bool Template::uses_time() const { return impl_->uses.time; }

}  // namespace sleipnir::logql
