#pragma once
// The syntax tree of a template. A node prints as the source text that messages show between `<` and `>`.
#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sleipnir::logql::gotemplate {

struct Function;

enum class NodeType : uint8_t {
  kText, kList, kAction, kIf, kRange, kWith, kTemplate, kBreak, kContinue, kPipe, kCommand,
  kIdentifier, kVariable, kDot, kNil, kField, kChain, kBool, kNumber, kString,
  kEnd, kElse,  ///< only while parsing
};

struct Node {
  Node(NodeType type, size_t pos) : type(type), pos(pos) {}
  virtual ~Node() = default;
  virtual void write(std::string& out) const = 0;
  std::string to_string() const;

  NodeType type;
  size_t pos;  ///< byte offset in the template
};
using NodePtr = std::unique_ptr<Node>;

/// `{{end}}`, `{{else}}`, `{{break}}`, `{{continue}}`, `.`, `nil`: the text says it all. Also plain text.
struct TextNode : Node {
  TextNode(NodeType type, size_t pos, std::string_view text) : Node(type, pos), text(text) {}
  void write(std::string& out) const override { out += text; }
  std::string text;
};

struct ListNode : Node {
  explicit ListNode(size_t pos) : Node(NodeType::kList, pos) {}
  void write(std::string& out) const override;
  std::vector<NodePtr> nodes;
};

struct IdentifierNode : Node {
  IdentifierNode(size_t pos, std::string_view name, const Function* function)
      : Node(NodeType::kIdentifier, pos), name(name), function(function) {}
  void write(std::string& out) const override { out += name; }
  std::string name;
  const Function* function;
};

/// `$x.a.b` with names `$x`, `a`, `b`.
struct VariableNode : Node {
  VariableNode(size_t pos, std::string_view text);
  void write(std::string& out) const override;
  std::vector<std::string> names;
};

/// `.a.b`.
struct FieldNode : Node {
  FieldNode(size_t pos, std::string_view text);
  void write(std::string& out) const override;
  std::vector<std::string> names;
};

/// `(pipeline).a.b` or `function.a.b`.
struct ChainNode : Node {
  ChainNode(size_t pos, NodePtr term) : Node(NodeType::kChain, pos), term(std::move(term)) {}
  void write(std::string& out) const override;
  NodePtr term;
  std::vector<std::string> names;
};

struct BoolNode : Node {
  BoolNode(size_t pos, bool value) : Node(NodeType::kBool, pos), value(value) {}
  void write(std::string& out) const override { out += value ? "true" : "false"; }
  bool value;
};

/// A number constant under every type that can hold it.
struct NumberNode : Node {
  NumberNode(size_t pos, std::string_view text) : Node(NodeType::kNumber, pos), text(text) {}
  void write(std::string& out) const override { out += text; }
  std::string text;
  bool is_int = false, is_uint = false, is_float = false, is_complex = false;
  int64_t integer = 0;
  double number = 0;
  std::complex<double> complex;
};

struct StringNode : Node {
  StringNode(size_t pos, std::string_view quoted, std::string value)
      : Node(NodeType::kString, pos), quoted(quoted), value(std::move(value)) {}
  void write(std::string& out) const override { out += quoted; }
  std::string quoted, value;
};

struct CommandNode : Node {
  explicit CommandNode(size_t pos) : Node(NodeType::kCommand, pos) {}
  void write(std::string& out) const override;
  std::vector<NodePtr> args;
};

struct PipeNode : Node {
  explicit PipeNode(size_t pos) : Node(NodeType::kPipe, pos) {}
  void write(std::string& out) const override;
  bool assigns = false;  ///< `=` instead of `:=`
  std::vector<std::string> variables;
  std::vector<std::unique_ptr<CommandNode>> commands;
};

struct ActionNode : Node {
  ActionNode(size_t pos, std::unique_ptr<PipeNode> pipe) : Node(NodeType::kAction, pos), pipe(std::move(pipe)) {}
  void write(std::string& out) const override;
  std::unique_ptr<PipeNode> pipe;
};

/// if, range, with.
struct BranchNode : Node {
  BranchNode(NodeType type, std::unique_ptr<PipeNode> pipe) : Node(type, pipe->pos), pipe(std::move(pipe)) {}
  void write(std::string& out) const override;
  std::unique_ptr<PipeNode> pipe;
  std::unique_ptr<ListNode> list, otherwise;  ///< `otherwise` may be null
};

/// `{{template "name" pipe}}`; `pipe` may be null.
struct TemplateNode : Node {
  TemplateNode(size_t pos, std::string name, std::unique_ptr<PipeNode> pipe)
      : Node(NodeType::kTemplate, pos), name(std::move(name)), pipe(std::move(pipe)) {}
  void write(std::string& out) const override;
  std::string name;
  std::unique_ptr<PipeNode> pipe;
};

/// Every template of one text by name; the text itself is under its own.
using Trees = std::map<std::string, std::unique_ptr<ListNode>, std::less<>>;

/// Nothing but white space.
bool is_blank(const Node& node);

}  // namespace sleipnir::logql::gotemplate
