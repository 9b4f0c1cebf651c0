#include "logql/template/node.h"

#include <algorithm>

#include "base/text.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// Cuts `a.b.c`.
std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> names;
  for (size_t from = 0; from <= text.size();) {
    const size_t dot = std::min(text.find('.', from), text.size());
    names.emplace_back(text.substr(from, dot - from));
    from = dot + 1;
  }
  return names;
}

void write_operand(const Node& node, std::string& out) {
  if (node.type != NodeType::kPipe) return node.write(out);
  out += '(';
  node.write(out);
  out += ')';
}

void write_fields(const std::vector<std::string>& names, std::string& out) {
  for (const auto& name : names) {
    out += '.';
    out += name;
  }
}

}  // namespace

std::string Node::to_string() const {
  std::string out;
  write(out);
  return out;
}

void ListNode::write(std::string& out) const {
  for (const auto& node : nodes) node->write(out);
}

VariableNode::VariableNode(size_t pos, std::string_view text) : Node(NodeType::kVariable, pos), names(split_names(text)) {}

void VariableNode::write(std::string& out) const {
  for (size_t i = 0; i < names.size(); ++i) {
    if (i) out += '.';
    out += names[i];
  }
}

FieldNode::FieldNode(size_t pos, std::string_view text) : Node(NodeType::kField, pos), names(split_names(text.substr(1))) {}

void FieldNode::write(std::string& out) const { write_fields(names, out); }

void ChainNode::write(std::string& out) const {
  write_operand(*term, out);
  write_fields(names, out);
}

void CommandNode::write(std::string& out) const {
  for (size_t i = 0; i < args.size(); ++i) {
    if (i) out += ' ';
    write_operand(*args[i], out);
  }
}

void PipeNode::write(std::string& out) const {
  for (size_t i = 0; i < variables.size(); ++i) {
    if (i) out += ", ";
    out += variables[i];
  }
  if (!variables.empty()) out += assigns ? " = " : " := ";
  for (size_t i = 0; i < commands.size(); ++i) {
    if (i) out += " | ";
    commands[i]->write(out);
  }
}

void ActionNode::write(std::string& out) const {
  out += "{{";
  pipe->write(out);
  out += "}}";
}

void BranchNode::write(std::string& out) const {
  out += type == NodeType::kIf ? "{{if " : type == NodeType::kRange ? "{{range " : "{{with ";
  pipe->write(out);
  out += "}}";
  list->write(out);
  if (otherwise) {
    out += "{{else}}";
    otherwise->write(out);
  }
  out += "{{end}}";
}

void TemplateNode::write(std::string& out) const {
  out += "{{template " + go_quote(name);
  if (pipe) {
    out += ' ';
    pipe->write(out);
  }
  out += "}}";
}

bool is_blank(const Node& node) {
  if (node.type == NodeType::kText) return trim_space(static_cast<const TextNode&>(node).text).empty();
  if (node.type != NodeType::kList) return false;
  const auto& nodes = static_cast<const ListNode&>(node).nodes;
  return std::all_of(nodes.begin(), nodes.end(), [](const NodePtr& n) { return is_blank(*n); });
}

}  // namespace sleipnir::logql::gotemplate
