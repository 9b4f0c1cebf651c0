#include "logql/template/evaluator.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// Text that functions build counts as steps, too.
constexpr size_t kBytesPerStep = 64;

}  // namespace

Evaluator::Inside::Inside(Evaluator& e, std::string_view tree, const Value& argument)
    : e_(e), frame_(std::exchange(e.frame_, e.variables_.size())), tree_(std::exchange(e.tree_, tree)) {
  e.variables_.push_back({"$", argument});
}

Evaluator::Inside::~Inside() {
  e_.variables_.resize(e_.frame_);
  e_.frame_ = frame_;
  e_.tree_ = tree_;
}

bool Evaluator::pipeline(const Value& dot, const PipeNode& pipe, Value& out) {
  const Level level(*this);
  at(pipe);
  if (!level.fits()) return false;
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

bool Evaluator::not_a_function(const Node& node, Args args, const Value* last) {
  if (args.size() <= 1 && !last) return true;
  return fail("can't give argument to non-function " + node.to_string());
}

bool Evaluator::command(const Value& dot, const CommandNode& command, const Value* last, Value& out) {
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
bool Evaluator::ideal_number(const NumberNode& number, Value& out) {
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

bool Evaluator::variable(const Value& dot, const VariableNode& node, Args args, const Value* last, Value& out) {
  at(node);
  const auto from = variables_.rbegin(), end = variables_.rend() - static_cast<ptrdiff_t>(frame_);
  const auto it = std::find_if(from, end, [&](const Variable& v) { return v.name == node.names[0]; });
  if (it == end) return fail("undefined variable: " + node.names[0]);
  if (node.names.size() > 1) return fields(dot, it->value, node, std::span(node.names).subspan(1), args, last, out);
  out = it->value;
  return not_a_function(node, args, last);
}

bool Evaluator::chain(const Value& dot, const ChainNode& node, Args args, const Value* last, Value& out) {
  at(node);
  Value term;
  if (node.term->type == NodeType::kNil) return fail("indirection through explicit nil in " + node.to_string());
  return operand(dot, *node.term, term) && fields(dot, term, node, node.names, args, last, out);
}

bool Evaluator::fields(const Value& dot, Value receiver, const Node& node, std::span<const std::string> names, Args args, const Value* last,
                      Value& out) {
  for (const auto& name : names.first(names.size() - 1)) {
    Value value;
    if (!field(dot, receiver, node, name, {}, nullptr, value)) return false;
    receiver = value;
  }
  return field(dot, receiver, node, names.back(), args, last, out);
}

bool Evaluator::field(const Value& dot, const Value& receiver, const Node& node, std::string_view name, Args args, const Value* last, Value& out) {
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

bool Evaluator::function(const Value& dot, const IdentifierNode& node, const Node& whole, Args args, const Value* last, Value& out) {
  at(node);
  return call(dot, *node.function, nullptr, whole, args, last, out);
}

bool Evaluator::check_count(const Function& f, size_t params, size_t args, bool piped) {
  const auto wrong = [&](const std::string& want, size_t got) {
    return fail("wrong number of args for " + std::string(f.name) + ": want " + want + " got " + std::to_string(got));
  };
  if (f.variadic) return args + piped >= params - 1 || wrong("at least " + std::to_string(params - 1), args);
  return args + piped == params || wrong(std::to_string(params), args + piped);
}

/// `args[0]` is the function itself. A receiver is the first parameter of a method.
bool Evaluator::call(const Value& dot, const Function& f, const Value* receiver, const Node& whole, Args args, const Value* last, Value& out) {
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

bool Evaluator::short_circuit(const Value& dot, const Function& f, Args args, const Value* last, Value& out) {
  out = {};
  for (const auto& arg : args) {
    if (!argument(dot, *arg, Param::kValue, out)) return false;
    if (truth(out) == (f.special == Function::Special::kOr)) return true;
  }
  if (last) out = *last;
  return true;
}

/// Accepts a value for a parameter, or fails.
bool Evaluator::validate(Value& v, Param param) {
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
bool Evaluator::operand(const Value& dot, const Node& node, Value& out) {
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

bool Evaluator::argument(const Value& dot, const Node& node, Param param, Value& out) {
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
bool Evaluator::constant(const Node& node, Param param, Value& out) {
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

bool Evaluator::assign(std::string_view name, const Value& value) {
  for (size_t i = variables_.size(); i-- > frame_;) {
    if (variables_[i].name != name) continue;
    variables_[i].value = value;
    return true;
  }
  return fail("undefined variable: " + std::string(name));
}

bool Evaluator::fail(std::string_view message, ErrorKind kind) {
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

}  // namespace sleipnir::logql::gotemplate
