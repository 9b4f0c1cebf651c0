#include "logql/engine/plan.h"

#include <algorithm>
#include <iterator>

#include "logql/engine/pipeline_error.h"
#include "logql/template/template.h"

namespace sleipnir::logql {

namespace {

constexpr std::string_view kErrorLabel = "__error__";

template <class... T>
bool is_any(const Stage& stage) {
  return (std::holds_alternative<T>(stage) || ...);
}

bool is_parser(const Stage& stage) {
  return is_any<JsonStage, LogfmtStage, RegexpStage, PatternStage, UnpackStage>(stage);
}

bool formats_labels_only(const LabelFormatStage& stage) {
  return std::all_of(stage.items.begin(), stage.items.end(), [](const auto& item) {
    if (item.rename) return true;
    const auto text = Template::compile("label", item.value);
    return text.ok() && !text->uses_line() && !text->uses_time();
  });
}

bool reads_labels_only(const Stage& stage) {
  const auto* format = std::get_if<LabelFormatStage>(&stage);
  return format ? formats_labels_only(*format) : is_any<LabelFilterStage, DropStage, KeepStage>(stage);
}

bool counts_bytes(RangeOp op) { return op == RangeOp::kBytesOverTime || op == RangeOp::kBytesRate; }

/// A line_format matters only to parsers and line filters after it, and to whoever counts bytes.
std::vector<Stage> without_unused_line_formats(const std::vector<Stage>& stages) {
  std::vector<Stage> used;
  for (size_t i = 0; i < stages.size(); ++i) {
    auto reads_line = [](const Stage& s) { return is_parser(s) || is_any<LineFilter>(s); };
    if (is_any<LineFormatStage>(stages[i]) && std::none_of(stages.begin() + i + 1, stages.end(), reads_line)) continue;
    used.push_back(stages[i]);
  }
  return used;
}

/// Collects the labels that stages look at.
class ObservedLabels {
 public:
  void stages(const std::vector<Stage>& stages) {
    for (const Stage& stage : stages) {
      if (auto* s = std::get_if<LabelFilterStage>(&stage)) filter(*s->filter);
      if (auto* s = std::get_if<LineFormatStage>(&stage)) text("line", s->text);
      if (auto* s = std::get_if<LabelFormatStage>(&stage)) format(*s);
    }
  }
  void unwrap(const Unwrap& unwrap) {
    names.insert(unwrap.label);
    for (const LabelFilterPtr& f : unwrap.filters) filter(*f);
  }

  std::set<std::string, std::less<>> names;
  bool any = false;  ///< a template may read every label

 private:
  void filter(const LabelFilter& f) {
    if (auto* b = std::get_if<LabelFilter::Binary>(&f.v)) {
      filter(*b->left);
      filter(*b->right);
    } else if (auto* s = std::get_if<LabelFilter::String>(&f.v)) {
      names.insert(s->matcher.name());
    } else if (auto* n = std::get_if<LabelFilter::Number>(&f.v)) {
      names.insert(n->name);
    } else if (auto* d = std::get_if<LabelFilter::Duration>(&f.v)) {
      names.insert(d->name);
    } else if (auto* y = std::get_if<LabelFilter::Bytes>(&f.v)) {
      names.insert(y->name);
    } else if (auto* ip = std::get_if<LabelFilter::Ip>(&f.v)) {
      names.insert(ip->name);
    } else if (auto* in = std::get_if<LabelFilter::In>(&f.v)) {
      names.insert(in->name);
    }
  }
  void format(const LabelFormatStage& stage) {
    for (const auto& item : stage.items) {
      if (item.rename) names.insert(item.value);
      else text("label", item.value);
    }
  }
  void text(std::string_view name, const std::string& source) {
    auto compiled = Template::compile(name, source);
    if (!compiled.ok()) return;  // Pipeline::compile reports it
    auto labels = compiled->labels();
    if (!labels) any = true;
    else names.insert(labels->begin(), labels->end());
  }
};

/// Source of the rules: logql.md §5.1 and §5.2.
Hints make_hints(const RangeAggregation& aggregation, const std::vector<Stage>& stages, const Grouping* grouping) {
  Hints hints{.metric = true, .needs_line = counts_bytes(aggregation.op)};
  if (!grouping || grouping->without) return hints;

  ObservedLabels observed;
  observed.stages(stages);
  if (aggregation.range.unwrap) observed.unwrap(*aggregation.range.unwrap);
  observed.names.insert(grouping->labels.begin(), grouping->labels.end());
  hints.early_filters = grouping->labels.empty();
  hints.preserve_errors = observed.names.contains(kErrorLabel);
  if (observed.any) return hints;
  hints.skip_parsers = observed.names.empty();
  hints.restricted = true;
  hints.required = std::move(observed.names);
  return hints;
}

using Names = std::vector<std::string>;

/// A label hides behind its name with `_extracted` where the stream, or for a parsed one the metadata, has the name. Rows that failed and are kept show all
/// their labels.
std::optional<Names> observed_metadata(const Hints& hints) {
  constexpr std::string_view kSuffix = "_extracted";
  if (!hints.restricted || hints.preserve_errors) return {};
  std::set<std::string, std::less<>> names = {"__error__", "__error_details__", "__preserve_error__"};
  for (std::string name : hints.required) {
    names.insert(name);
    for (; name.ends_with(kSuffix); names.insert(name)) name.resize(name.size() - kSuffix.size());
  }
  return Names(names.begin(), names.end());
}

void make_set(Names& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

/// The unwrapped label is no part of the series unless `by` names it (logql.md §8).
void choose_series(RangePlan& plan, const RangeAggregation& aggregation, const Grouping* grouping) {
  if (grouping) plan.names = grouping->labels;
  if (grouping && !grouping->without) {
    plan.keep = plan.names.empty() ? RangePlan::Keep::kNone : RangePlan::Keep::kBy;
  } else {
    if (aggregation.range.unwrap) plan.names.push_back(aggregation.range.unwrap->label);
    plan.keep = plan.names.empty() ? RangePlan::Keep::kAll : RangePlan::Keep::kWithout;
  }
  make_set(plan.names);
}

/// Leaves of the chosen series what `grouping` keeps of them. No name is that of an error label: folds_extremes() sees to that.
void fold_series(RangePlan& plan, const std::optional<Grouping>& grouping) {
  using Keep = RangePlan::Keep;
  const bool keeps_most = plan.keep == Keep::kAll || plan.keep == Keep::kWithout, leaves_most = grouping && grouping->without;
  Names outer = grouping ? grouping->labels : Names(), names;
  make_set(outer);
  auto into = std::back_inserter(names);
  if (keeps_most && leaves_most) std::set_union(plan.names.begin(), plan.names.end(), outer.begin(), outer.end(), into);
  else if (keeps_most) std::set_difference(outer.begin(), outer.end(), plan.names.begin(), plan.names.end(), into);
  else if (leaves_most) std::set_difference(plan.names.begin(), plan.names.end(), outer.begin(), outer.end(), into);
  else std::set_intersection(plan.names.begin(), plan.names.end(), outer.begin(), outer.end(), into);
  if (keeps_most && leaves_most) plan.keep = names.empty() ? Keep::kAll : Keep::kWithout;
  else plan.keep = names.empty() ? Keep::kNone : Keep::kBy;
  if (keeps_most) plan.folded_without = std::move(plan.names);
  plan.names = std::move(names);
}

/// Exact sums, extremes and ranks do not depend on the order of rows.
ScanRequest::Order order_of(const RangeAggregation& aggregation) {
  switch (aggregation.op) {
    case RangeOp::kStddevOverTime:
    case RangeOp::kStdvarOverTime:
    case RangeOp::kFirstOverTime:
    case RangeOp::kLastOverTime:
    case RangeOp::kRateCounter:
      return ScanRequest::Order::kTime;
    default:
      return ScanRequest::Order::kAny;
  }
}

/// Sums that Loki groups where it extracts labels, which shows (logql.md §5.2).
bool pushes_grouping(const VectorAggregation& outer, const RangeAggregation& inner) {
  if (outer.op != VectorOp::kSum || inner.grouping) return false;
  switch (inner.op) {
    case RangeOp::kRate:
    case RangeOp::kCountOverTime:
    case RangeOp::kBytesRate:
    case RangeOp::kBytesOverTime:
    case RangeOp::kSumOverTime:
      return true;
    default:
      return false;
  }
}

bool names_error(const std::optional<Grouping>& grouping) {
  return grouping && std::any_of(grouping->labels.begin(), grouping->labels.end(), is_error_label);
}

/// Loki keeps the inner series apart: what rows and errors are seen does not change, only how many series there are.
bool folds_extremes(const VectorAggregation& outer, const RangeAggregation& inner) {
  const bool extremes = (outer.op == VectorOp::kMax && inner.op == RangeOp::kMaxOverTime) || (outer.op == VectorOp::kMin && inner.op == RangeOp::kMinOverTime);
  return extremes && !names_error(outer.grouping) && !names_error(inner.grouping);
}

}  // namespace

bool reads_lines(const std::vector<Stage>& stages) { return !std::all_of(stages.begin(), stages.end(), reads_labels_only); }

bool groups_rows(const VectorAggregation& outer, const RangeAggregation& inner) { return pushes_grouping(outer, inner) || folds_extremes(outer, inner); }

RangePlan plan_range(const RangeAggregation& aggregation, const VectorAggregation* outer) {
  static const Grouping kNothing;
  const bool pushed = outer && pushes_grouping(*outer, aggregation);
  const Grouping* grouping = pushed ? (outer->grouping ? &*outer->grouping : &kNothing) : aggregation.grouping ? &*aggregation.grouping : nullptr;
  RangePlan plan;
  if (aggregation.range.unwrap) plan.value = RangePlan::Value::kUnwrapped;
  if (counts_bytes(aggregation.op)) plan.value = RangePlan::Value::kBytes;
  plan.stages = plan.value == RangePlan::Value::kBytes ? aggregation.range.log.stages : without_unused_line_formats(aggregation.range.log.stages);
  plan.hints = make_hints(aggregation, plan.stages, grouping);
  plan.metadata_names = observed_metadata(plan.hints);
  choose_series(plan, aggregation, grouping);
  if (outer && !pushed) fold_series(plan, outer->grouping);
  // Rows that failed are not grouped, but may be kept.
  plan.series_are_groups = outer && outer->grouping && !outer->grouping->without && !plan.hints.preserve_errors;
  plan.order = order_of(aggregation);

  auto ignores_line = [&](const Stage& s) { return reads_labels_only(s) || (plan.hints.skip_parsers && is_parser(s)); };
  auto keeps_labels = [&](const Stage& s) { return ignores_line(s) || is_any<LineFilter>(s); };
  plan.reads_lines = !std::all_of(plan.stages.begin(), plan.stages.end(), ignores_line);
  plan.fixed_labels = std::all_of(plan.stages.begin(), plan.stages.end(), keeps_labels);
  return plan;
}

}  // namespace sleipnir::logql
