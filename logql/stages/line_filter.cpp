// `|= != |~ !~ |> !>` with or-chains (logql.md §7.1).
#include <algorithm>
#include <functional>

#include "base/regex.h"
#include "logql/stages/ip.h"
#include "logql/stages/literal_tests.h"
#include "logql/stages/pattern_filter.h"
#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

/// Null for a test that every line passes.
using Test = std::function<bool(std::string_view)>;

bool negated(LineFilterOp op) { return op == LineFilterOp::kNotContains || op == LineFilterOp::kNotRegex || op == LineFilterOp::kNotPattern; }

Test any_of(LiteralTests tests) {
  if (tests.empty()) return nullptr;
  return [tests = std::move(tests)](std::string_view line) { return matches(tests, line); };
}

Result<Test> compile_regex(const std::string& text) {
  auto regex = Regex::compile(text);
  if (!regex) return regex.error();
  if (auto tests = literal_tests(text, false)) return any_of(std::move(*tests));
  return Test([regex = std::move(*regex)](std::string_view line) { return regex.matches(line); });
}

Result<Test> compile_ip(LineFilterOp op, const std::string& text) {
  if (op != LineFilterOp::kContains && op != LineFilterOp::kNotContains) return invalid("ip: invalid operation");
  auto ip = IpMatcher::compile(text);
  if (!ip) return ip.error();
  return Test([ip = *ip](std::string_view line) { return ip.found_in(line); });
}

Result<Test> compile_pattern(const std::string& text) {
  auto pattern = PatternFilter::compile(text);
  if (!pattern) return pattern.error();
  return Test([pattern = std::move(*pattern)](std::string_view line) { return pattern.matches(line); });
}

Result<Test> compile(LineFilterOp op, const LineFilter::Arg& arg) {
  if (arg.ip) return compile_ip(op, arg.text);
  switch (op) {
    case LineFilterOp::kContains:
    case LineFilterOp::kNotContains: return any_of(arg.text.empty() ? LiteralTests{} : LiteralTests{{LiteralTest::Kind::kContains, arg.text, false}});
    case LineFilterOp::kRegex:
    case LineFilterOp::kNotRegex: return compile_regex(arg.text);
    case LineFilterOp::kPattern:
    case LineFilterOp::kNotPattern: break;
  }
  return compile_pattern(arg.text);
}

/// Any of the tests must hold, or with `negated` none.
class LineFilterStage : public RowStage {
 public:
  LineFilterStage(std::vector<Test> tests, bool negated) : tests_(std::move(tests)), negated_(negated) {}
  bool process(Row& row) const override {
    return negated_ != std::any_of(tests_.begin(), tests_.end(), [&](const Test& t) { return !t || t(row.line); });
  }

 private:
  std::vector<Test> tests_;
  bool negated_;
};

}  // namespace

Result<RowStagePtr> make_stage(const LineFilter& stage) {
  std::vector<Test> tests;
  for (const LineFilter::Arg& arg : stage.args) {
    auto test = compile(stage.op, arg);
    if (!test) return test.error();
    tests.push_back(std::move(*test));
  }
  // An operand that matches everything counts only where it stands alone.
  if (!negated(stage.op)) {
    std::erase_if(tests, [](const Test& t) { return !t; });
    if (tests.empty()) tests.push_back(nullptr);
  }
  return RowStagePtr(std::make_unique<LineFilterStage>(std::move(tests), negated(stage.op)));
}

}  // namespace sleipnir::logql
