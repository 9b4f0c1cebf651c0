#include "logql/template/executor.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "logql/template/format.h"
#include "logql/template/function.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr size_t kMaxOutput = 16 << 20;
constexpr uint64_t kMaxSteps = 10'000'000;
constexpr size_t kBytesPerStep = 64;  ///< text built by functions counts as steps, too
/// Nested lists, pipelines and template calls. Go allows 100,000 calls, but its stack grows; a level here takes up to 2 KiB of a thread's
/// stack, and what the parser accepts fits.
constexpr int kMaxDepth = 1500;

enum class Walk : uint8_t { kOn, kBreak, kContinue, kFailed };

struct Variable {
  std::string_view name;
  Value value;
};

class Executor {
 public:
  Executor(const Trees& trees, std::string_view file, std::string_view text, const TemplateData& data, std::string& out)
      : trees_(trees), file_(file), text_(text), data_(data), out_(out), start_(out.size()), tree_(file) {}

  Result<void> run(const Value& root) {
    variables_.push_back({"$", root});
    const auto main = trees_.find(file_);
    return walk_list(root, *main->second) == Walk::kFailed ? Result<void>(std::move(error_)) : Result<void>();
  }

 private:
  using Args = std::span<const NodePtr>;

  Walk walk(const Value& dot, const Node& node);
  Walk walk_list(const Value& dot, const ListNode& list);
  Walk walk_branch(const Value& dot, const BranchNode& branch);
  Walk walk_range(const Value& dot, const BranchNode& range);
  Walk walk_template(const Value& dot, const TemplateNode& call);
  Walk iterate(const BranchNode& range, size_t mark, const Value& index, const Value& element);

  // Each sets `out` or fails and returns false. `last` is the value piped in, or null.
  bool pipeline(const Value& dot, const PipeNode& pipe, Value& out);
  bool command(const Value& dot, const CommandNode& command, const Value* last, Value& out);
  bool operand(const Value& dot, const Node& node, Value& out);
  bool argument(const Value& dot, const Node& node, Param param, Value& out);
  bool constant(const Node& node, Param param, Value& out);
  bool ideal_number(const NumberNode& number, Value& out);
  bool variable(const Value& dot, const VariableNode& node, Args args, const Value* last, Value& out);
  bool chain(const Value& dot, const ChainNode& node, Args args, const Value* last, Value& out);
  bool fields(const Value& dot, Value receiver, const Node& node, std::span<const std::string> names, Args args, const Value* last, Value& out);
  bool field(const Value& dot, const Value& receiver, const Node& node, std::string_view name, Args args, const Value* last, Value& out);
  bool function(const Value& dot, const IdentifierNode& node, const Node& whole, Args args, const Value* last, Value& out);
  bool call(const Value& dot, const Function& f, const Value* receiver, const Node& whole, Args args, const Value* last, Value& out);
  bool check_count(const Function& f, size_t params, size_t args, bool piped);
  bool short_circuit(const Value& dot, const Function& f, Args args, const Value* last, Value& out);
  bool validate(Value& v, Param param);
  bool not_a_function(const Node& node, Args args, const Value* last);

  bool assign(std::string_view name, const Value& value);
  void at(const Node& node) { node_ = &node; }
  bool fail(std::string_view message, ErrorKind kind = ErrorKind::kExecution);
  bool step(uint64_t n = 1);
  bool bounded();

  struct Level {
    explicit Level(Executor& e) : e(e) { ++e.depth_; }
    ~Level() { --e.depth_; }
    Executor& e;
  };
  bool too_deep() { return depth_ > kMaxDepth && !fail("exceeded maximum template depth (100000)", ErrorKind::kLimit); }

  const Trees& trees_;
  std::string_view file_, text_;
  const TemplateData& data_;
  std::string& out_;
  size_t start_;
  std::string_view tree_;  ///< the template being executed
  const Node* node_ = nullptr;
  std::vector<Variable> variables_;
  size_t frame_ = 0;  ///< first variable that this template sees
  Arena arena_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  Error error_;
};

Walk Executor::walk_list(const Value& dot, const ListNode& list) {
  const Level level(*this);
  if (too_deep()) return Walk::kFailed;
  for (const auto& node : list.nodes) {
    if (const Walk result = walk(dot, *node); result != Walk::kOn) return result;
  }
  return Walk::kOn;
}

Walk Executor::walk(const Value& dot, const Node& node) {
  at(node);
  if (!step()) return Walk::kFailed;
  switch (node.type) {
    case NodeType::kText:
      out_ += static_cast<const TextNode&>(node).text;
      return bounded() ? Walk::kOn : Walk::kFailed;
    case NodeType::kAction: {
      const auto& action = static_cast<const ActionNode&>(node);
      Value value;
      if (!pipeline(dot, *action.pipe, value)) return Walk::kFailed;
      if (!action.pipe->variables.empty()) return Walk::kOn;
      at(node);
      if (value.none()) out_ += "<no value>";
      else append_value(out_, value);
      return bounded() ? Walk::kOn : Walk::kFailed;
    }
    case NodeType::kBreak: return Walk::kBreak;
    case NodeType::kContinue: return Walk::kContinue;
    case NodeType::kIf: case NodeType::kWith: return walk_branch(dot, static_cast<const BranchNode&>(node));
    case NodeType::kRange: return walk_range(dot, static_cast<const BranchNode&>(node));
    case NodeType::kTemplate: return walk_template(dot, static_cast<const TemplateNode&>(node));
    default: return Walk::kOn;
  }
}

Walk Executor::walk_branch(const Value& dot, const BranchNode& branch) {
  const size_t mark = variables_.size();
  Value value;
  if (!pipeline(dot, *branch.pipe, value)) return Walk::kFailed;
  Walk result = Walk::kOn;
  if (truth(value)) result = walk_list(branch.type == NodeType::kWith ? value : dot, *branch.list);
  else if (branch.otherwise) result = walk_list(dot, *branch.otherwise);
  variables_.resize(mark);
  return result;
}

Walk Executor::iterate(const BranchNode& range, size_t mark, const Value& index, const Value& element) {
  const PipeNode& pipe = *range.pipe;
  const size_t declared = pipe.variables.size();
  if (declared > 0 && !pipe.assigns) {
    variables_[mark - 1].value = element;
    if (declared > 1) variables_[mark - 2].value = index;
  } else if (declared > 0) {
    if (!assign(pipe.variables[0], declared > 1 ? index : element)) return Walk::kFailed;
    if (declared > 1 && !assign(pipe.variables[1], element)) return Walk::kFailed;
  }
  const Walk result = step() ? walk_list(element, *range.list) : Walk::kFailed;
  variables_.resize(mark);
  return result == Walk::kContinue ? Walk::kOn : result;
}

Walk Executor::walk_range(const Value& dot, const BranchNode& range) {
  const size_t before = variables_.size();
  Value value;
  if (!pipeline(dot, *range.pipe, value)) return Walk::kFailed;
  const size_t mark = variables_.size();
  Walk result = Walk::kOn;
  bool ran = false;
  const auto one = [&](const Value& index, const Value& element) {
    ran = true;
    result = iterate(range, mark, index, element);
    return result == Walk::kOn;
  };
  switch (value.kind) {
    case Kind::kInt: case Kind::kByte:
      if (range.pipe->variables.size() > 1) {
        std::string text;
        append_value(text, value);
        fail("can't use " + text + " to iterate over more than one variable");
        return Walk::kFailed;
      }
      for (int64_t i = 0; i < value.integer; ++i) {
        Value element = value;
        element.integer = i;
        if (!one({}, element)) break;
      }
      break;
    case Kind::kList:
      for (size_t i = 0; i < value.list.size; ++i) {
        if (!one(Value::of_int(static_cast<int64_t>(i)), value.list.items[i])) break;
      }
      break;
    case Kind::kMap:
      for (const auto& [key, element] : *value.map) {
        if (!one(Value::of_text(key), element)) break;
      }
      break;
    case Kind::kLabels:
      for (const auto& [name, text] : value.labels->all()) {
        if (!one(Value::of_text(name), Value::of_text(text))) break;
      }
      break;
    case Kind::kInvalid: case Kind::kNil: break;
    default: {
      std::string text;
      append_value(text, value);
      fail("range can't iterate over " + text);
      return Walk::kFailed;
    }
  }
  if (!ran && range.otherwise) result = walk_list(dot, *range.otherwise);
  else if (result == Walk::kBreak) result = Walk::kOn;
  variables_.resize(before);
  return result;
}

Walk Executor::walk_template(const Value& dot, const TemplateNode& call) {
  const auto tree = trees_.find(call.name);
  if (tree == trees_.end()) {
    fail("template " + go_quote(call.name) + " not defined");
    return Walk::kFailed;
  }
  Value argument;
  if (call.pipe && !pipeline(dot, *call.pipe, argument)) return Walk::kFailed;
  const size_t mark = variables_.size();
  const size_t frame = std::exchange(frame_, mark);
  const std::string_view caller = std::exchange(tree_, call.name);
  variables_.push_back({"$", argument});
  const Walk result = walk_list(argument, *tree->second);
  variables_.resize(mark);
  frame_ = frame;
  tree_ = caller;
  return result;
}

bool Executor::pipeline(const Value& dot, const PipeNode& pipe, Value& out) {
  const Level level(*this);
  at(pipe);
  if (too_deep()) return false;
  const Value* last = nullptr;
  Value piped;
  for (const auto& cmd : pipe.commands) {
    Value value;
    if (!command(dot, *cmd, last, value)) return false;
    if (value.is(Kind::kNil)) value = {};
    value.boxed = false;
    piped = value;
    last = &piped;
  }
  out = piped;
  for (const auto& name : pipe.variables) {
    if (!pipe.assigns) variables_.push_back({name, out});
    else if (!assign(name, out)) return false;
  }
  return true;
}

bool Executor::not_a_function(const Node& node, Args args, const Value* last) {
  if (args.size() <= 1 && !last) return true;
  return fail("can't give argument to non-function " + node.to_string());
}

bool Executor::command(const Value& dot, const CommandNode& command, const Value* last, Value& out) {
  if (!step()) return false;
  const Node& first = *command.args[0];
  const Args args = command.args;
  switch (first.type) {
    case NodeType::kField:
      at(first);
      return fields(dot, dot, first, static_cast<const FieldNode&>(first).names, args, last, out);
    case NodeType::kChain: return chain(dot, static_cast<const ChainNode&>(first), args, last, out);
    case NodeType::kIdentifier: return function(dot, static_cast<const IdentifierNode&>(first), command, args, last, out);
    case NodeType::kPipe:
      // The pipeline itself has not been reached, so the message is about what came before.
      return not_a_function(first, args, last) && pipeline(dot, static_cast<const PipeNode&>(first), out);
    case NodeType::kVariable: return variable(dot, static_cast<const VariableNode&>(first), args, last, out);
    default: break;
  }
  at(first);
  if (!not_a_function(first, args, last)) return false;
  switch (first.type) {
    case NodeType::kNil: return fail("nil is not a command");
    case NodeType::kDot: out = dot; return true;
    case NodeType::kNumber: return ideal_number(static_cast<const NumberNode&>(first), out);
    case NodeType::kBool: out = Value::of_bool(static_cast<const BoolNode&>(first).value); return true;
    default: out = Value::of_text(static_cast<const StringNode&>(first).value); return true;
  }
}

/// A number where any type will do: its spelling decides.
bool Executor::ideal_number(const NumberNode& number, Value& out) {
  at(number);
  const std::string_view text = number.text;
  const bool hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && text.find_first_of("pP") == text.npos;
  if (number.is_complex) {
    out = Value::of_complex(number.complex);
  } else if (number.is_float && !hex && text[0] != '\'' && text.find_first_of(".eEpP") != text.npos) {
    out = Value::of_float(number.number);
  } else if (number.is_int) {
    out = Value::of_int(number.integer);
  } else {
    return fail(number.text + " overflows int");
  }
  return true;
}

bool Executor::variable(const Value& dot, const VariableNode& node, Args args, const Value* last, Value& out) {
  at(node);
  const auto from = variables_.rbegin(), end = variables_.rend() - static_cast<ptrdiff_t>(frame_);
  const auto it = std::find_if(from, end, [&](const Variable& v) { return v.name == node.names[0]; });
  if (it == end) return fail("undefined variable: " + node.names[0]);
  if (node.names.size() > 1) return fields(dot, it->value, node, std::span(node.names).subspan(1), args, last, out);
  out = it->value;
  return not_a_function(node, args, last);
}

bool Executor::chain(const Value& dot, const ChainNode& node, Args args, const Value* last, Value& out) {
  at(node);
  Value term;
  if (node.term->type == NodeType::kNil) return fail("indirection through explicit nil in " + node.to_string());
  return operand(dot, *node.term, term) && fields(dot, term, node, node.names, args, last, out);
}

bool Executor::fields(const Value& dot, Value receiver, const Node& node, std::span<const std::string> names, Args args, const Value* last,
                      Value& out) {
  for (const auto& name : names.first(names.size() - 1)) {
    Value value;
    if (!field(dot, receiver, node, name, {}, nullptr, value)) return false;
    receiver = value;
  }
  return field(dot, receiver, node, names.back(), args, last, out);
}

bool Executor::field(const Value& dot, const Value& receiver, const Node& node, std::string_view name, Args args, const Value* last, Value& out) {
  if (receiver.is(Kind::kInvalid)) {
    out = {};
    return true;
  }
  if (receiver.is(Kind::kNil)) return fail("nil pointer evaluating interface {}." + std::string(name));
  if (const Function* method = find_method(receiver, name)) return call(dot, *method, &receiver, node, args, last, out);
  if (receiver.is(Kind::kMap) || receiver.is(Kind::kLabels)) {
    if (args.size() > 1 || last) return fail(std::string(name) + " is not a method but has arguments");
    if (receiver.is(Kind::kLabels)) {
      out = Value::of_text(receiver.labels->get(name).value_or(std::string_view()));
      return true;
    }
    out = find(*receiver.map, name);
    if (!out.valid()) out = Value::nil();
    return true;
  }
  return fail("can't evaluate field " + std::string(name) + " in type " + std::string(static_type_name(receiver)));
}

bool Executor::function(const Value& dot, const IdentifierNode& node, const Node& whole, Args args, const Value* last, Value& out) {
  at(node);
  return call(dot, *node.function, nullptr, whole, args, last, out);
}

bool Executor::check_count(const Function& f, size_t params, size_t args, bool piped) {
  const auto wrong = [&](const std::string& want, size_t got) {
    return fail("wrong number of args for " + std::string(f.name) + ": want " + want + " got " + std::to_string(got));
  };
  if (f.variadic) return args + piped >= params - 1 || wrong("at least " + std::to_string(params - 1), args);
  return args + piped == params || wrong(std::to_string(params), args + piped);
}

/// `args[0]` is the function itself. A receiver is the first parameter of a method.
bool Executor::call(const Value& dot, const Function& f, const Value* receiver, const Node& whole, Args args, const Value* last, Value& out) {
  if (!args.empty()) args = args.subspan(1);
  const size_t bound = receiver ? 1 : 0, params = f.params.size() - bound;
  if (!check_count(f, params, args.size(), last != nullptr)) return false;
  if (!f.refuses.empty()) {
    const std::string subject = f.refuses.starts_with(';') ? "invalid function signature for " : "function ";
    const std::string tail(f.refuses.starts_with(';') ? ": " + std::string(f.refuses.substr(2)) : f.refuses);
    return fail(subject + std::string(f.name) + tail);
  }
  if (f.special == Function::Special::kAnd || f.special == Function::Special::kOr) return short_circuit(dot, f, args, last, out);

  constexpr size_t kInline = 8;
  Value few[kInline];
  std::vector<Value> many;
  const size_t count = bound + args.size() + (last ? 1 : 0);
  if (count > kInline) many.resize(count);
  Value* const values = count > kInline ? many.data() : few;
  const auto param = [&](size_t i) { return i < f.params.size() ? f.params[i] : f.params.back(); };
  if (receiver) values[0] = *receiver;
  for (size_t i = 0; i < args.size(); ++i) {
    if (!argument(dot, *args[i], param(bound + i), values[bound + i])) return false;
  }
  if (last) {
    values[count - 1] = *last;
    if (!validate(values[count - 1], param(count - 1))) return false;
  }

  Call c{std::span<const Value>(values, count), arena_, data_};
  std::string callee;
  if (f.special == Function::Special::kCall) {
    // A piped callee has no source text; Go names it by its value's.
    if (!args.empty()) callee = args[0]->to_string();
    else if (values[0].is(Kind::kString)) callee = values[0].text();
    else callee = values[0].none() ? "<invalid Value>" : '<' + std::string(type_name(values[0])) + " Value>";
    c.callee = callee;
  }
  out = f.run(c);
  if (c.failed) {
    at(whole);
    return fail("error calling " + std::string(f.name) + ": " + c.error);
  }
  if (arena_.full()) return fail("template needs more than 64 MiB", ErrorKind::kLimit);
  return !out.is(Kind::kString) || step(out.text_.size / kBytesPerStep);
}

bool Executor::short_circuit(const Value& dot, const Function& f, Args args, const Value* last, Value& out) {
  out = {};
  for (const auto& arg : args) {
    if (!argument(dot, *arg, Param::kValue, out)) return false;
    if (truth(out) == (f.special == Function::Special::kOr)) return true;
  }
  if (last) out = *last;
  return true;
}

/// Accepts a value for a parameter, or fails.
bool Executor::validate(Value& v, Param param) {
  if (param == Param::kValue) return true;
  if (param == Param::kAny) {
    if (!v.valid()) v = Value::nil();
    return true;
  }
  bool fits = false;
  switch (param) {
    case Param::kString: fits = v.is(Kind::kString); break;
    case Param::kInt: fits = v.is(Kind::kInt) && v.int_type == IntType::kInt; break;
    case Param::kFloat: fits = v.is(Kind::kFloat); break;
    case Param::kTime: fits = v.is(Kind::kTime); break;
    case Param::kDuration: fits = v.is(Kind::kInt) && v.int_type == IntType::kDuration; break;
    default: break;
  }
  if (fits) return true;
  const std::string want(to_string(param));
  if (!v.valid()) return fail("invalid value; expected " + want);
  const std::string got(v.is(Kind::kNil) ? "interface {}" : type_name(v));
  return fail("wrong type for value; expected " + want + "; got " + got);
}

/// The value of a term that a chain starts with, or of an argument that is no constant.
bool Executor::operand(const Value& dot, const Node& node, Value& out) {
  at(node);
  switch (node.type) {
    case NodeType::kDot: out = dot; return true;
    case NodeType::kField: return fields(dot, dot, node, static_cast<const FieldNode&>(node).names, {}, nullptr, out);
    case NodeType::kVariable: return variable(dot, static_cast<const VariableNode&>(node), {}, nullptr, out);
    case NodeType::kPipe: return pipeline(dot, static_cast<const PipeNode&>(node), out);
    case NodeType::kIdentifier: return function(dot, static_cast<const IdentifierNode&>(node), node, {}, nullptr, out);
    default: return chain(dot, static_cast<const ChainNode&>(node), {}, nullptr, out);
  }
}

bool Executor::argument(const Value& dot, const Node& node, Param param, Value& out) {
  switch (node.type) {
    case NodeType::kDot: case NodeType::kField: case NodeType::kVariable: case NodeType::kPipe: case NodeType::kIdentifier: case NodeType::kChain:
      return operand(dot, node, out) && validate(out, param);
    case NodeType::kNil:
      at(node);
      if (param != Param::kAny && param != Param::kValue) return fail("cannot assign nil to " + std::string(to_string(param)));
      out = param == Param::kAny ? Value::nil() : Value{};
      return true;
    default: at(node); return constant(node, param, out);
  }
}

/// Constants take the type of the parameter where they can.
bool Executor::constant(const Node& node, Param param, Value& out) {
  const auto* number = node.type == NodeType::kNumber ? static_cast<const NumberNode*>(&node) : nullptr;
  const auto expected = [&](std::string_view what) { return fail("expected " + std::string(what) + "; found " + node.to_string()); };
  switch (param) {
    case Param::kAny: case Param::kValue:
      if (number) return ideal_number(*number, out);
      if (node.type == NodeType::kBool) out = Value::of_bool(static_cast<const BoolNode&>(node).value);
      else out = Value::of_text(static_cast<const StringNode&>(node).value);
      return true;
    case Param::kString:
      if (node.type != NodeType::kString) return expected("string");
      out = Value::of_text(static_cast<const StringNode&>(node).value);
      return true;
    case Param::kInt: case Param::kDuration:
      if (!number || !number->is_int) return expected("integer");
      out = Value::of_int(number->integer, param == Param::kInt ? IntType::kInt : IntType::kDuration);
      return true;
    case Param::kFloat:
      if (!number || !number->is_float) return expected("float");
      out = Value::of_float(number->number);
      return true;
    case Param::kTime: break;
  }
  return fail("can't handle " + node.to_string() + " for arg of type " + std::string(to_string(param)));
}

bool Executor::assign(std::string_view name, const Value& value) {
  for (size_t i = variables_.size(); i-- > frame_;) {
    if (variables_[i].name != name) continue;
    variables_[i].value = value;
    return true;
  }
  return fail("undefined variable: " + std::string(name));
}

bool Executor::step(uint64_t n) {
  steps_ += n;
  return steps_ <= kMaxSteps || fail("template takes more than 10000000 steps", ErrorKind::kLimit);
}

bool Executor::bounded() {
  return out_.size() - start_ <= kMaxOutput || fail("output is longer than 16 MiB", ErrorKind::kLimit);
}

bool Executor::fail(std::string_view message, ErrorKind kind) {
  const std::string_view before = text_.substr(0, node_->pos);
  const size_t newline = before.rfind('\n');
  const size_t column = newline == before.npos ? before.size() : before.size() - newline - 1;
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  std::string& m = error_.message;
  m = "template: " + std::string(file_) + ':' + std::to_string(line) + ':' + std::to_string(column);
  m += ": executing " + go_quote(tree_) + " at <";
  node_->write(m);
  (m += ">: ") += message;
  error_.kind = kind;
  return false;
}

}  // namespace

Result<void> execute(const Trees& trees, std::string_view name, std::string_view text, const Value& root, const TemplateData& data, std::string& out) {
  return Executor(trees, name, text, data, out).run(root);
}

}  // namespace sleipnir::logql::gotemplate
