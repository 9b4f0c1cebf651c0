#include "logql/engine/column_plan.h"

#include <algorithm>
#include <set>

#include "logql/engine/column_labels.h"
#include "logql/engine/column_parser.h"
#include "logql/engine/pipeline_error.h"
#include "logql/template/template.h"

namespace sleipnir::logql {

namespace {

constexpr std::string_view kErrorLabel = "__error__";

constexpr size_t kDeepest = 200;  // of conditions: each level may keep an answer a row

using Condition = ColumnPlan::Condition;
using Origin = ColumnPlan::Origin;

class ColumnPlanner {
 public:
  ColumnPlanner(const RangePlan& plan, const InSets& in_sets) : plan_(plan), in_sets_(in_sets) {}

  /// False where columns cannot decide, or with `error` set.
  bool make(const std::optional<Unwrap>& unwrap) {
    if (plan_.keep != RangePlan::Keep::kNone && plan_.keep != RangePlan::Keep::kBy) return false;
    for (const Stage& stage : plan_.stages)
      if (!add_stage(stage)) return false;
    if (!parser_) return false;
    find_early_errors();
    if (unwrap && !add_unwrap(*unwrap)) return false;
    if (!add_grouping()) return false;
    if (plan_.folded_without) columns.error_label = labels_.make(std::string(kErrorLabel), Origin::kParser);
    if (std::any_of(dropped_.begin(), dropped_.end(), [&](const std::string& name) { return labels_.observed(name); })) return false;
    make_fields();
    return true;
  }

  ColumnPlan columns;
  std::optional<Error> error;

 private:
  bool add_grouping() {
    if (plan_.keep == RangePlan::Keep::kNone) return true;
    return std::all_of(plan_.names.begin(), plan_.names.end(), [&](const std::string& name) { return add_text(name, columns.group); });
  }

  /// False for a name that columns cannot have.
  bool add_text(const std::string& name, ColumnPlan::Tuple& tuple) {
    const auto label = labels_.find(name);
    if (!label) return false;
    texts_.insert(*label);
    tuple.names.push_back(*label);
    return true;
  }

  bool add_stage(const Stage& stage) {
    if (std::holds_alternative<LineFilter>(stage)) return true;
    if (auto* filter = std::get_if<LabelFilterStage>(&stage)) return add_filter(filter->filter, columns.steps);
    if (auto* drop = std::get_if<DropStage>(&stage)) return add_drop(*drop);
    if (auto* keep = std::get_if<KeepStage>(&stage)) return add_keep(*keep);
    if (auto* format = std::get_if<LabelFormatStage>(&stage)) return add_format(*format);
    if (parser_) return false;
    parser_ = ColumnParser::of(stage);
    return parser_.has_value();
  }

  /// Stages that change labels may do so behind a parser (one before it may make or undo a collision of names) unless filters behind them look at the line
  /// as well.
  bool may_change_labels() const { return parser_ && !(plan_.hints.early_filters && parser_->filters_early()); }

  bool add_drop(const DropStage& drop) {
    for (const NamedMatcher& item : drop.items) {
      if (is_error_label(item.name)) continue;
      if (!parser_) return false;
      if (may_change_labels() && !item.matcher) labels_.remove(item.name);
      else dropped_.push_back(item.name);
    }
    return true;
  }

  bool add_keep(const KeepStage& keep) {
    std::set<std::string> names;
    for (const NamedMatcher& item : keep.items) {
      if (item.matcher) return false;
      names.insert(item.name);
    }
    if (may_change_labels()) labels_.keep(names);
    return may_change_labels();
  }

  bool add_format(const LabelFormatStage& stage) {
    if (!may_change_labels()) return false;
    ColumnPlan::Format format;
    std::set<std::string> read, written;
    for (const auto& item : stage.items) {
      written.insert(item.name);
      if (item.rename) {
        written.insert(item.value);
        read.insert({item.name, item.value});
        continue;
      }
      auto text = Template::compile("label", item.value);
      if (!text.ok() || text->uses_line() || text->uses_time() || !text->labels()) return false;
      const auto labels = *text->labels();
      read.insert(labels.begin(), labels.end());
    }
    auto pipeline = Pipeline::compile({stage});
    if (!pipeline.ok()) {
      error = pipeline.error();
      return false;
    }
    format.pipeline = *std::move(pipeline);
    format.inputs.index = columns.tuples++;
    for (const std::string& name : read)
      if (!add_text(name, format.inputs)) return false;
    for (const std::string& name : written) {
      if (!labels_.find(name)) return false;
      format.outputs.push_back(labels_.make(name, Origin::kFormat));
    }
    columns.steps.push_back(std::move(format));
    return true;
  }

  template <class Steps>
  bool add_filter(const LabelFilterPtr& filter, Steps& steps) {
    auto condition = condition_of(filter, !std::holds_alternative<LabelFilter::Binary>(filter->v), 0);
    if (condition) steps.push_back(std::move(*condition));
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
      test.name = labels_.find(name);
      if (!test.name) return {};
    }
    if (auto* number = std::get_if<LabelFilter::Number>(&filter->v)) test.number = *number;
    else if (test.name) texts_.insert(*test.name);
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
    for (ColumnPlan::Test& test : tests) test.early &= parser_->filters_early();
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
    auto name = labels_.find(unwrap.label);
    if (!name) return false;
    auto pipeline = Pipeline::compile({}, Unwrap{unwrap.label, unwrap.conversion, {}});
    if (!pipeline.ok()) {
      error = pipeline.error();
      return false;
    }
    columns.unwrap = *std::move(pipeline);
    columns.unwrap_name = *name;
    columns.unwrap_numbers = unwrap.conversion == Conversion::kNone;
    if (!columns.unwrap_numbers) texts_.insert(*name);
    for (const LabelFilterPtr& filter : unwrap.filters)
      if (!add_filter(filter, columns.after_unwrap)) return false;
    return true;
  }

  void make_fields() {
    for (size_t i = 0; i < columns.names.size(); ++i) {
      if (columns.origins[i] == Origin::kParser && !parser_->extracts(columns.names[i])) columns.origins[i] = Origin::kBase;
      columns.fields.push_back(parser_->column(columns.names[i], !texts_.contains(i) && columns.error_label != i));
    }
    columns.expressions = parser_->absent_is_empty();
    columns.lines_can_fail = parser_->can_fail();
    if (columns.lines_can_fail) columns.fields.push_back(parser_->failures());
  }

  const RangePlan& plan_;
  const InSets& in_sets_;
  std::optional<ColumnParser> parser_;
  ColumnLabels labels_{columns};
  std::set<size_t> texts_;            // labels of which more is asked than their number
  std::vector<std::string> dropped_;  // by someone whom nobody may observe
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
