#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logql/template/function.h"
#include "logql/template/node.h"
#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// Evaluates the pipelines of one execution of a template: knows the variables, counts steps and levels, and remembers where it is, for errors. What
/// returns false has failed: error() has Go's text then. One thread; all arguments must outlive it.
class Evaluator {
 public:
  /// `file`: the name of the template that is executed, parsed from `text`. Its `$` is `root`.
  Evaluator(std::string_view file, std::string_view text, const Value& root, const TemplateData& data)
      : file_(file), text_(text), data_(data), tree_(file), variables_{{"$", root}} {}

  /// The value of a pipeline, whose variables are declared or assigned.
  bool pipeline(const Value& dot, const PipeNode& pipe, Value& out);
  bool assign(std::string_view name, const Value& value);

  /// The node that errors name from now on.
  void at(const Node& node) { node_ = &node; }
  bool fail(std::string_view message, ErrorKind kind = ErrorKind::kExecution);
  const Error& error() const { return error_; }
  /// Counts steps; fails beyond their bound.
  bool step(uint64_t n = 1) {
    steps_ += n;
    return steps_ <= kMaxSteps || fail("template takes more than 10000000 steps", ErrorKind::kLimit);
  }

  /// A level of nested lists, pipelines and template calls while it lives.
  class Level {
   public:
    explicit Level(Evaluator& e) : e_(e) { ++e.depth_; }
    ~Level() { --e_.depth_; }
    Level(const Level&) = delete;
    /// False where there are too many, which is an error.
    bool fits() const { return e_.depth_ <= kMaxDepth || e_.fail("exceeded maximum template depth (100000)", ErrorKind::kLimit); }

   private:
    Evaluator& e_;
  };

  /// How many variables there are; those beyond an earlier number can be forgotten, and the n-th last of so many set.
  size_t variables() const { return variables_.size(); }
  void forget_beyond(size_t variables) { variables_.resize(variables); }
  void set(size_t variables, size_t nth_last, const Value& value) { variables_[variables - nth_last].value = value; }

  /// While it lives another template is executed, which sees no variable but its own `$`.
  class Inside {
   public:
    Inside(Evaluator& e, std::string_view tree, const Value& argument);
    ~Inside();
    Inside(const Inside&) = delete;

   private:
    Evaluator& e_;
    size_t frame_;
    std::string_view tree_;
  };

 private:
  using Args = std::span<const NodePtr>;
  struct Variable {
    std::string_view name;
    Value value;
  };
  static constexpr uint64_t kMaxSteps = 10'000'000;
  /// Go allows 100,000 calls, but its stack grows; a level here takes up to 2 KiB of a thread's stack, and what the parser accepts fits.
  static constexpr int kMaxDepth = 1500;

  // Each sets `out` or fails. `last` is the value piped in, or null.
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

  std::string_view file_, text_;
  const TemplateData& data_;
  std::string_view tree_;  ///< the template being executed
  const Node* node_ = nullptr;
  std::vector<Variable> variables_;
  size_t frame_ = 0;  ///< first variable that this template sees
  Arena arena_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  Error error_;
};

}  // namespace sleipnir::logql::gotemplate
