#include "logql/engine/column_plan.h"

#include <algorithm>

#include "logql/engine/pipeline_error.h"
#include "logql/stages/pattern_text.h"

namespace sleipnir::logql {

namespace {

constexpr std::string_view kErrorLabel = "__error__";

constexpr size_t kDeepest = 200;  // of conditions: each level may keep an answer a row

using Condition = ColumnPlan::Condition;
using From = WantedField::From;

std::optional<From> parser_of(const Stage& stage) {
  if (auto* json = std::get_if<JsonStage>(&stage); json && json->extracts.empty()) return From::kJson;
  auto* logfmt = std::get_if<LogfmtStage>(&stage);
  if (logfmt && logfmt->extracts.empty() && !logfmt->strict && !logfmt->keep_empty) return From::kLogfmt;
  return {};
}

class ColumnPlanner {
 public:
  ColumnPlanner(const RangePlan& plan, const InSets& in_sets) : plan_(plan), in_sets_(in_sets) {}

  /// False where columns cannot decide, or with `error` set.
  bool make(const std::optional<Unwrap>& unwrap) {
    if (plan_.keep != RangePlan::Keep::kNone && plan_.keep != RangePlan::Keep::kBy) return false;
    if (!add_grouping()) return false;
    for (const Stage& stage : plan_.stages)
      if (!add_stage(stage)) return false;
    if (!parser_) return false;
    find_early_errors();
    if (unwrap && !add_unwrap(*unwrap)) return false;
    if (plan_.folded_without) add_error_label();
    if (!std::all_of(dropped_.begin(), dropped_.end(), [&](const std::string& name) { return !observed(name); })) return false;
    make_fields();
    return true;
  }

  ColumnPlan columns;
  std::optional<Error> error;

 private:
  bool add_grouping() {
    if (plan_.keep == RangePlan::Keep::kNone) return true;
    for (const std::string& name : plan_.names) {
      auto index = add_name(name);
      if (!index || is_error_label(name)) return false;
      as_text_[*index] = true;
      columns.group.push_back(*index);
    }
    return true;
  }

  bool add_stage(const Stage& stage) {
    if (std::holds_alternative<LineFilter>(stage)) return true;
    if (auto* filter = std::get_if<LabelFilterStage>(&stage)) return add_filter(filter->filter, columns.conditions);
    if (auto* drop = std::get_if<DropStage>(&stage)) return add_drop(*drop);
    if (parser_) return false;
    if (auto* pattern = std::get_if<PatternStage>(&stage)) return add_pattern(*pattern);
    parser_ = parser_of(stage);
    return parser_.has_value();
  }

  bool add_pattern(const PatternStage& stage) {
    auto nodes = parse_pattern(stage.pattern);
    if (!nodes.ok()) return false;
    parser_ = From::kPattern;
    pattern_ = std::make_shared<const LinePattern>(*std::move(nodes));
    return true;
  }

  /// A drop that nobody observes does nothing; one before the parser may undo a collision of names.
  bool add_drop(const DropStage& drop) {
    for (const NamedMatcher& item : drop.items) {
      if (is_error_label(item.name)) continue;
      if (!parser_) return false;
      dropped_.push_back(item.name);
    }
    return true;
  }

  bool add_filter(const LabelFilterPtr& filter, std::vector<Condition>& conditions) {
    auto condition = condition_of(filter, !std::holds_alternative<LabelFilter::Binary>(filter->v), 0);
    if (condition) conditions.push_back(std::move(*condition));
    return condition.has_value();
  }

  std::optional<Condition> condition_of(const LabelFilterPtr& filter, bool simple, size_t depth) {
    if (depth > kDeepest) return {};
    auto* binary = std::get_if<LabelFilter::Binary>(&filter->v);
    if (!binary) return test_of(filter, simple);
    auto left = condition_of(binary->left, false, depth + 1), right = condition_of(binary->right, false, depth + 1);
    if (!left || !right) return {};
    Condition both{binary->is_or ? Condition::Kind::kOr : Condition::Kind::kAnd};
    both.children.push_back(std::move(*left));
    both.children.push_back(std::move(*right));
    return both;
  }

  std::optional<Condition> test_of(const LabelFilterPtr& filter, bool simple) {
    ColumnPlan::Test test;
    std::string name = std::visit([](const auto& f) { return name_of(f); }, filter->v);
    const bool is_string = std::holds_alternative<LabelFilter::String>(filter->v);
    test.early = simple && plan_.hints.early_filters && !std::holds_alternative<LabelFilter::In>(filter->v);
    // An address filter lets rows pass that an early filter has marked.
    if (std::holds_alternative<LabelFilter::Ip>(filter->v) && plan_.hints.early_filters) return {};
    if (!is_string || name != kErrorLabel) {
      test.name = add_name(name);
      if (!test.name || is_error_label(name)) return {};
    }
    if (auto* number = std::get_if<LabelFilter::Number>(&filter->v)) test.number = *number;
    else if (test.name) as_text_[*test.name] = true;
    test.converts = !is_string;
    test.before_parser = !parser_;
    auto pipeline = Pipeline::compile({LabelFilterStage{filter}}, {}, {}, in_sets_);
    if (!pipeline.ok()) {
      error = pipeline.error();
      return {};
    }
    test.pipeline = *std::move(pipeline);
    columns.tests.push_back(std::move(test));
    return Condition{Condition::Kind::kTest, columns.tests.size() - 1};
  }

  /// A filter that converts marks the row early, so that a filter on the error state which stands before it sees the mark.
  void find_early_errors() {
    auto& tests = columns.tests;
    if (std::all_of(tests.begin(), tests.end(), [](const ColumnPlan::Test& t) { return t.name.has_value(); })) return;
    for (size_t i = 0; i < tests.size(); ++i)
      if (tests[i].early && tests[i].converts) columns.early.push_back(i);
  }

  static std::string name_of(const LabelFilter::String& f) { return f.matcher.name(); }
  static std::string name_of(const LabelFilter::Binary&) { return {}; }
  template <class F>
  static std::string name_of(const F& f) {
    return f.name;
  }

  bool add_unwrap(const Unwrap& unwrap) {
    auto name = add_name(unwrap.label);
    if (!name || is_error_label(unwrap.label)) return false;
    auto pipeline = Pipeline::compile({}, Unwrap{unwrap.label, unwrap.conversion, {}});
    if (!pipeline.ok()) {
      error = pipeline.error();
      return false;
    }
    columns.unwrap = *std::move(pipeline);
    columns.unwrap_name = *name;
    columns.unwrap_numbers = unwrap.conversion == Conversion::kNone;
    if (!columns.unwrap_numbers) as_text_[*name] = true;
    for (const LabelFilterPtr& filter : unwrap.filters)
      if (!add_filter(filter, columns.after_unwrap)) return false;
    return true;
  }

  void add_error_label() {
    columns.error_label = add_name(std::string(kErrorLabel));
    as_text_[*columns.error_label] = true;
  }

  /// nullopt for a name that may stem from two keys of a line.
  std::optional<size_t> add_name(const std::string& name) {
    if (name.ends_with("_extracted")) return {};
    auto known = std::find(columns.names.begin(), columns.names.end(), name);
    if (known != columns.names.end()) return static_cast<size_t>(known - columns.names.begin());
    columns.names.push_back(name);
    as_text_.push_back(false);
    return columns.names.size() - 1;
  }

  bool observed(const std::string& name) const { return std::find(columns.names.begin(), columns.names.end(), name) != columns.names.end(); }

  void make_fields() {
    for (size_t i = 0; i < columns.names.size(); ++i) columns.fields.push_back({*parser_, columns.names[i], !as_text_[i] && !pattern_, pattern_});
    columns.lines_can_fail = *parser_ == From::kJson;
    if (columns.lines_can_fail) columns.fields.push_back({*parser_, std::string(kErrorLabel), false});
  }

  const RangePlan& plan_;
  const InSets& in_sets_;
  std::optional<From> parser_;
  std::shared_ptr<const LinePattern> pattern_;  // of kPattern
  std::vector<bool> as_text_;  // by name: more is asked than its number
  std::vector<std::string> dropped_;
};

}  // namespace

Result<std::optional<ColumnPlan>> plan_columns(const RangePlan& plan, const std::optional<Unwrap>& unwrap, const InSets& in_sets) {
  ColumnPlanner planner(plan, in_sets);
  const bool made = planner.make(unwrap);
  if (planner.error) return *planner.error;
  if (!made) return std::optional<ColumnPlan>();
  return std::optional<ColumnPlan>(std::move(planner.columns));
}

}  // namespace sleipnir::logql
