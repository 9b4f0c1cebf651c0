#include "logql/template/parser.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "logql/template/function.h"
#include "logql/template/lexer.h"
#include "logql/template/literal.h"
#include "logql/template/look_ahead.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// Levels of parentheses and of control structures; each costs the parser and the executor some hundred bytes of stack, and thousands with sanitizers.
constexpr int kMaxDepth = 500;

struct ParseError {
  std::string message;
};

/// Parses one tree. Definitions inside are parsed by parsers of their own on the same lexer. Throws ParseError.
class TreeParser {
 public:
  TreeParser(std::string_view file, Dialect dialect, Lexer& lexer, Trees& trees, int depth)
      : file_(file), dialect_(dialect), lexer_(lexer), trees_(trees), depth_(depth) {}

  void parse_file();

 private:
  using Pipe = std::unique_ptr<PipeNode>;
  using List = std::unique_ptr<ListNode>;

  void definition();
  std::pair<List, NodePtr> item_list();
  NodePtr text_or_action();
  NodePtr action();
  NodePtr jump(NodeType type, std::string_view text);
  NodePtr branch(NodeType type, std::string_view context);
  NodePtr else_control();
  NodePtr block();
  NodePtr template_call();
  std::string template_name(const Item& token, std::string_view context);
  Pipe pipeline(std::string_view context, Token end);
  void declarations(PipeNode& pipe, std::string_view context);
  void check(const PipeNode& pipe, std::string_view context);
  std::unique_ptr<CommandNode> command();
  NodePtr operand();
  NodePtr term();
  NodePtr number(const Item& token);
  NodePtr variable(const Item& token);
  void add(const std::string& name, List root);

  Item next() { return tokens_.next(); }
  const Item& peek() { return tokens_.peek(); }
  Item next_non_space() { return tokens_.next_non_space(); }
  Item peek_non_space() { return tokens_.peek_non_space(); }
  Item expect(Token type, std::string_view context);
  [[noreturn]] void unexpected(const Item& token, std::string_view context);
  [[noreturn]] void fail(const std::string& message);

  /// Counts a level of nesting while it lives.
  struct Level {
    explicit Level(TreeParser& parser) : parser(parser) {
      if (++parser.depth_ > kMaxDepth) parser.fail("max expression depth exceeded");
    }
    ~Level() { --parser.depth_; }
    TreeParser& parser;
  };

  std::string_view file_;
  const Dialect dialect_;
  Lexer& lexer_;
  Trees& trees_;
  int depth_;
  int range_depth_ = 0, action_line_ = 0;
  std::vector<std::string> variables_{"$"};
  LookAhead tokens_{lexer_};
};

void TreeParser::parse_file() {
  auto root = std::make_unique<ListNode>(peek().pos);
  while (peek().type != Token::kEof) {
    if (peek().type == Token::kLeftDelim) {
      const Item delim = next();
      if (next_non_space().type == Token::kDefine) {
        TreeParser(file_, dialect_, lexer_, trees_, depth_).definition();
        continue;
      }
      tokens_.back_up(delim);
    }
    NodePtr node = text_or_action();
    if (node->type == NodeType::kEnd || node->type == NodeType::kElse) fail("unexpected " + node->to_string());
    root->nodes.push_back(std::move(node));
  }
  add(std::string(file_), std::move(root));
}

void TreeParser::definition() {
  constexpr std::string_view kContext = "define clause";
  const Item token = next_non_space();
  const std::string name = template_name(token, kContext);
  expect(Token::kRightDelim, kContext);
  auto [root, end] = item_list();
  if (end->type != NodeType::kEnd) fail("unexpected " + end->to_string() + " in " + std::string(kContext));
  add(name, std::move(root));
}

/// Of two definitions the one that holds more than white space counts; two such are an error.
void TreeParser::add(const std::string& name, List root) {
  auto& tree = trees_[name];
  if (!tree || is_blank(*tree)) tree = std::move(root);
  else if (!is_blank(*root)) fail("template: multiple definition of template " + go_quote(name));
}

/// Up to `{{end}}` or `{{else}}`, which comes second.
std::pair<TreeParser::List, NodePtr> TreeParser::item_list() {
  const Level level(*this);
  auto list = std::make_unique<ListNode>(peek_non_space().pos);
  while (peek_non_space().type != Token::kEof) {
    NodePtr node = text_or_action();
    if (node->type == NodeType::kEnd || node->type == NodeType::kElse) return {std::move(list), std::move(node)};
    list->nodes.push_back(std::move(node));
  }
  fail("unexpected EOF");
}

NodePtr TreeParser::text_or_action() {
  const Item token = next_non_space();
  if (token.type == Token::kText) return std::make_unique<TextNode>(NodeType::kText, token.pos, token.text);
  if (token.type != Token::kLeftDelim) unexpected(token, "input");
  action_line_ = token.line;
  NodePtr node = action();
  action_line_ = 0;
  return node;
}

NodePtr TreeParser::action() {
  switch (const Item token = next_non_space(); token.type) {
    case Token::kBlock: return block();
    case Token::kBreak: return jump(NodeType::kBreak, "{{break}}");
    case Token::kContinue: return jump(NodeType::kContinue, "{{continue}}");
    case Token::kElse: return else_control();
    case Token::kEnd: return std::make_unique<TextNode>(NodeType::kEnd, expect(Token::kRightDelim, "end").pos, "{{end}}");
    case Token::kIf: return branch(NodeType::kIf, "if");
    case Token::kRange: return branch(NodeType::kRange, "range");
    case Token::kTemplate: return template_call();
    case Token::kWith: return branch(NodeType::kWith, "with");
    default: break;
  }
  tokens_.back_up();
  const size_t pos = peek().pos;
  return std::make_unique<ActionNode>(pos, pipeline("command", Token::kRightDelim));
}

NodePtr TreeParser::jump(NodeType type, std::string_view text) {
  const size_t pos = tokens_.current().pos;
  if (const Item token = next_non_space(); token.type != Token::kRightDelim) unexpected(token, text);
  if (range_depth_ == 0) fail(std::string(text) + " outside {{range}}");
  return std::make_unique<TextNode>(type, pos, text);
}

NodePtr TreeParser::branch(NodeType type, std::string_view context) {
  const size_t visible = variables_.size();
  auto node = std::make_unique<BranchNode>(type, pipeline(context, Token::kRightDelim));
  if (type == NodeType::kRange) ++range_depth_;
  auto [list, end] = item_list();
  if (type == NodeType::kRange) --range_depth_;
  node->list = std::move(list);
  if (end->type == NodeType::kElse) {
    // `{{else if …}}` is `{{else}}{{if …}}` whose end is ours too; the same for with.
    const Token follows = peek().type;
    if ((type == NodeType::kIf && follows == Token::kIf) || (type == NodeType::kWith && follows == Token::kWith)) {
      const Level level(*this);
      next();
      node->otherwise = std::make_unique<ListNode>(end->pos);
      node->otherwise->nodes.push_back(branch(type, context));
    } else {
      auto [otherwise, last] = item_list();
      if (last->type != NodeType::kEnd) fail("expected end; found " + last->to_string());
      node->otherwise = std::move(otherwise);
    }
  }
  variables_.resize(visible);
  return node;
}

NodePtr TreeParser::else_control() {
  const Item peeked = peek_non_space();
  const bool chained = peeked.type == Token::kIf || peeked.type == Token::kWith;
  return std::make_unique<TextNode>(NodeType::kElse, chained ? peeked.pos : expect(Token::kRightDelim, "else").pos, "{{else}}");
}

NodePtr TreeParser::block() {
  constexpr std::string_view kContext = "block clause";
  const Item token = next_non_space();
  std::string name = template_name(token, kContext);
  Pipe pipe = pipeline(kContext, Token::kRightDelim);
  TreeParser body(file_, dialect_, lexer_, trees_, depth_);
  auto [root, end] = body.item_list();
  if (end->type != NodeType::kEnd) fail("unexpected " + end->to_string() + " in " + std::string(kContext));
  body.add(name, std::move(root));
  return std::make_unique<TemplateNode>(token.pos, std::move(name), std::move(pipe));
}

NodePtr TreeParser::template_call() {
  constexpr std::string_view kContext = "template clause";
  const Item token = next_non_space();
  std::string name = template_name(token, kContext);
  Pipe pipe;
  if (next_non_space().type != Token::kRightDelim) {
    tokens_.back_up();
    pipe = pipeline(kContext, Token::kRightDelim);
  }
  return std::make_unique<TemplateNode>(token.pos, std::move(name), std::move(pipe));
}

std::string TreeParser::template_name(const Item& token, std::string_view context) {
  if (token.type != Token::kString && token.type != Token::kRawString) unexpected(token, context);
  auto name = unquote(token.text);
  if (!name) fail("invalid syntax");
  return *std::move(name);
}

TreeParser::Pipe TreeParser::pipeline(std::string_view context, Token end) {
  auto pipe = std::make_unique<PipeNode>(peek_non_space().pos);
  declarations(*pipe, context);
  for (;;) {
    const Item token = next_non_space();
    if (token.type == end) {
      check(*pipe, context);
      return pipe;
    }
    switch (token.type) {
      case Token::kBool: case Token::kCharConstant: case Token::kComplex: case Token::kDot: case Token::kField: case Token::kIdentifier:
      case Token::kNumber: case Token::kNil: case Token::kRawString: case Token::kString: case Token::kVariable: case Token::kLeftParen:
        tokens_.back_up();
        pipe->commands.push_back(command());
        break;
      default: unexpected(token, context);
    }
  }
}

/// `$x :=`, `$x =`, and in a range `$i, $e :=`.
void TreeParser::declarations(PipeNode& pipe, std::string_view context) {
  for (;;) {
    const Item name = peek_non_space();
    if (name.type != Token::kVariable) return;
    next();
    const Item after = peek();
    const Item follows = peek_non_space();
    const bool comma = follows.type == Token::kChar && follows.text == ",";
    if (!comma && follows.type != Token::kAssign && follows.type != Token::kDeclare) {
      // An argument. A blank after it separates arguments, so it is put back as well.
      if (after.type == Token::kSpace) tokens_.back_up(name, after);
      else tokens_.back_up(name);
      return;
    }
    next_non_space();
    pipe.variables.emplace_back(name.text);
    variables_.emplace_back(name.text);
    if (!comma) {
      pipe.assigns = follows.type == Token::kAssign;
      return;
    }
    if (context != "range" || pipe.variables.size() > 1) fail("too many declarations in " + std::string(context));
    const Token second = peek_non_space().type;
    if (second != Token::kVariable && second != Token::kRightDelim && second != Token::kRightParen) {
      fail("range can only initialize variables");
    }
  }
}

void TreeParser::check(const PipeNode& pipe, std::string_view context) {
  if (pipe.commands.empty()) fail("missing value for " + std::string(context));
  for (size_t i = 1; i < pipe.commands.size(); ++i) {
    switch (pipe.commands[i]->args[0]->type) {
      case NodeType::kBool: case NodeType::kDot: case NodeType::kNil: case NodeType::kNumber: case NodeType::kString:
        fail("non executable command in pipeline stage " + std::to_string(i + 1));
      default: break;
    }
  }
}

std::unique_ptr<CommandNode> TreeParser::command() {
  auto node = std::make_unique<CommandNode>(peek_non_space().pos);
  for (bool more = true; more;) {
    peek_non_space();
    if (NodePtr arg = operand()) node->args.push_back(std::move(arg));
    const Item token = next();
    more = token.type == Token::kSpace;
    if (more || token.type == Token::kPipe) continue;
    if (token.type != Token::kRightDelim && token.type != Token::kRightParen) unexpected(token, "operand");
    tokens_.back_up();
  }
  if (node->args.empty()) fail("empty command");
  return node;
}

NodePtr TreeParser::operand() {
  NodePtr node = term();
  if (!node || peek().type != Token::kField) return node;
  const size_t pos = peek().pos;
  auto chain = std::make_unique<ChainNode>(pos, std::move(node));
  while (peek().type == Token::kField) chain->names.emplace_back(next().text.substr(1));
  switch (chain->term->type) {
    case NodeType::kField: return std::make_unique<FieldNode>(pos, chain->to_string());
    case NodeType::kVariable: return std::make_unique<VariableNode>(pos, chain->to_string());
    case NodeType::kBool: case NodeType::kString: case NodeType::kNumber: case NodeType::kNil: case NodeType::kDot:
      fail("unexpected . after term " + go_quote(chain->term->to_string()));
    default: return chain;
  }
}

/// Null where the next item begins no term.
NodePtr TreeParser::term() {
  const Item token = next_non_space();
  switch (token.type) {
    case Token::kIdentifier: {
      const Function* function = find_function(token.text, dialect_);
      if (!function) fail("function " + go_quote(token.text) + " not defined");
      return std::make_unique<IdentifierNode>(token.pos, token.text, function);
    }
    case Token::kDot: return std::make_unique<TextNode>(NodeType::kDot, token.pos, ".");
    case Token::kNil: return std::make_unique<TextNode>(NodeType::kNil, token.pos, "nil");
    case Token::kVariable: return variable(token);
    case Token::kField: return std::make_unique<FieldNode>(token.pos, token.text);
    case Token::kBool: return std::make_unique<BoolNode>(token.pos, token.text == "true");
    case Token::kCharConstant: case Token::kComplex: case Token::kNumber: return number(token);
    case Token::kLeftParen: {
      const Level level(*this);
      return pipeline("parenthesized pipeline", Token::kRightParen);
    }
    case Token::kString: case Token::kRawString: {
      auto value = unquote(token.text);
      if (!value) fail("invalid syntax");
      return std::make_unique<StringNode>(token.pos, token.text, *std::move(value));
    }
    default: tokens_.back_up(); return nullptr;
  }
}

NodePtr TreeParser::number(const Item& token) {
  auto node = std::make_unique<NumberNode>(token.pos, token.text);
  if (auto parsed = parse_number(*node, token.type == Token::kCharConstant, token.type == Token::kComplex); !parsed.ok()) {
    fail(parsed.error().message);
  }
  return node;
}

NodePtr TreeParser::variable(const Item& token) {
  auto node = std::make_unique<VariableNode>(token.pos, token.text);
  if (std::find(variables_.begin(), variables_.end(), node->names[0]) == variables_.end()) {
    fail("undefined variable " + go_quote(node->names[0]));
  }
  return node;
}

Item TreeParser::expect(Token type, std::string_view context) {
  const Item token = next_non_space();
  if (token.type != type) unexpected(token, context);
  return token;
}

void TreeParser::unexpected(const Item& token, std::string_view context) {
  if (token.type != Token::kError) fail("unexpected " + token.to_string() + " in " + std::string(context));
  std::string message(token.text);
  if (action_line_ != 0 && action_line_ != token.line) {
    message += message.ends_with(" action") ? " started at " : " in action started at ";
    message += std::string(file_) + ':' + std::to_string(action_line_);
  }
  fail(message);
}

void TreeParser::fail(const std::string& message) {
  throw ParseError{"template: " + std::string(file_) + ':' + std::to_string(tokens_.newest().line) + ": " + message};
}

}  // namespace

Result<Trees> parse(std::string_view name, std::string_view text, Dialect dialect) {
  Lexer lexer(text);
  Trees trees;
  try {
    TreeParser(name, dialect, lexer, trees, 0).parse_file();
  } catch (ParseError& error) {
    return invalid(std::move(error.message));
  }
  return trees;
}

}  // namespace sleipnir::logql::gotemplate
