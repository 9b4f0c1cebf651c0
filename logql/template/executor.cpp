#include "logql/template/executor.h"

#include "base/text.h"
#include "logql/template/evaluator.h"
#include "logql/template/format.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr size_t kMaxOutput = 16 << 20;

enum class Walk : uint8_t { kOn, kBreak, kContinue, kFailed };

/// Walks over text, actions and control structures, and writes what they give.
class Executor {
 public:
  Executor(const Trees& trees, std::string_view file, std::string_view text, const Value& root, const TemplateData& data, std::string& out)
      : trees_(trees), evaluator_(file, text, root, data), out_(out), start_(out.size()) {}

  Result<void> run(std::string_view name, const Value& root) {
    const auto main = trees_.find(name);
    return walk_list(root, *main->second) == Walk::kFailed ? Result<void>(evaluator_.error()) : Result<void>();
  }

 private:
  Walk walk(const Value& dot, const Node& node);
  Walk walk_list(const Value& dot, const ListNode& list);
  Walk walk_branch(const Value& dot, const BranchNode& branch);
  Walk walk_range(const Value& dot, const BranchNode& range);
  Walk walk_template(const Value& dot, const TemplateNode& call);
  Walk iterate(const BranchNode& range, size_t mark, const Value& index, const Value& element);
  bool bounded() { return out_.size() - start_ <= kMaxOutput || evaluator_.fail("output is longer than 16 MiB", ErrorKind::kLimit); }

  const Trees& trees_;
  Evaluator evaluator_;
  std::string& out_;
  size_t start_;
};

Walk Executor::walk_list(const Value& dot, const ListNode& list) {
  const Evaluator::Level level(evaluator_);
  if (!level.fits()) return Walk::kFailed;
  for (const auto& node : list.nodes) {
    if (const Walk result = walk(dot, *node); result != Walk::kOn) return result;
  }
  return Walk::kOn;
}

Walk Executor::walk(const Value& dot, const Node& node) {
  evaluator_.at(node);
  if (!evaluator_.step()) return Walk::kFailed;
  switch (node.type) {
    case NodeType::kText:
      out_ += static_cast<const TextNode&>(node).text;
      return bounded() ? Walk::kOn : Walk::kFailed;
    case NodeType::kAction: {
      const auto& action = static_cast<const ActionNode&>(node);
      Value value;
      if (!evaluator_.pipeline(dot, *action.pipe, value)) return Walk::kFailed;
      if (!action.pipe->variables.empty()) return Walk::kOn;
      evaluator_.at(node);
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
  const size_t mark = evaluator_.variables();
  Value value;
  if (!evaluator_.pipeline(dot, *branch.pipe, value)) return Walk::kFailed;
  Walk result = Walk::kOn;
  if (truth(value)) result = walk_list(branch.type == NodeType::kWith ? value : dot, *branch.list);
  else if (branch.otherwise) result = walk_list(dot, *branch.otherwise);
  evaluator_.forget_beyond(mark);
  return result;
}

Walk Executor::iterate(const BranchNode& range, size_t mark, const Value& index, const Value& element) {
  const PipeNode& pipe = *range.pipe;
  const size_t declared = pipe.variables.size();
  if (declared > 0 && !pipe.assigns) {
    evaluator_.set(mark, 1, element);
    if (declared > 1) evaluator_.set(mark, 2, index);
  } else if (declared > 0) {
    if (!evaluator_.assign(pipe.variables[0], declared > 1 ? index : element)) return Walk::kFailed;
    if (declared > 1 && !evaluator_.assign(pipe.variables[1], element)) return Walk::kFailed;
  }
  const Walk result = evaluator_.step() ? walk_list(element, *range.list) : Walk::kFailed;
  evaluator_.forget_beyond(mark);
  return result == Walk::kContinue ? Walk::kOn : result;
}

Walk Executor::walk_range(const Value& dot, const BranchNode& range) {
  const size_t before = evaluator_.variables();
  Value value;
  if (!evaluator_.pipeline(dot, *range.pipe, value)) return Walk::kFailed;
  const size_t mark = evaluator_.variables();
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
        evaluator_.fail("can't use " + text + " to iterate over more than one variable");
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
      evaluator_.fail("range can't iterate over " + text);
      return Walk::kFailed;
    }
  }
  if (!ran && range.otherwise) result = walk_list(dot, *range.otherwise);
  else if (result == Walk::kBreak) result = Walk::kOn;
  evaluator_.forget_beyond(before);
  return result;
}

Walk Executor::walk_template(const Value& dot, const TemplateNode& call) {
  const auto tree = trees_.find(call.name);
  if (tree == trees_.end()) {
    evaluator_.fail("template " + go_quote(call.name) + " not defined");
    return Walk::kFailed;
  }
  Value argument;
  if (call.pipe && !evaluator_.pipeline(dot, *call.pipe, argument)) return Walk::kFailed;
  const Evaluator::Inside inside(evaluator_, call.name, argument);
  return walk_list(argument, *tree->second);
}

}  // namespace

Result<void> execute(const Trees& trees, std::string_view name, std::string_view text, const Value& root, const TemplateData& data, std::string& out) {
  return Executor(trees, name, text, root, data, out).run(name, root);
}

}  // namespace sleipnir::logql::gotemplate
