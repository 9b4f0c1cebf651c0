#include "oracle/oracle_rows.h"

#include <algorithm>

#include "logql/template/template.h"

namespace sleipnir::testing {

using namespace logql;

namespace {

struct Observed {
  std::set<std::string, std::less<>> names;
  bool everything = false;
};

void observe(const LabelFilter& f, Observed& o) {
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, LabelFilter::Binary>) {
          observe(*v.left, o);
          observe(*v.right, o);
        } else if constexpr (std::is_same_v<T, LabelFilter::String>) {
          o.names.insert(v.matcher.name());
        } else {
          o.names.insert(v.name);
        }
      },
      f.v);
}

void observe_template(const std::string& text, Observed& o) {
  auto t = Template::compile("line", text);
  if (!t.ok()) return;
  auto labels = t->labels();
  if (!labels) o.everything = true;
  else o.names.insert(labels->begin(), labels->end());
}

bool parses(const Stage& s) {
  return std::holds_alternative<JsonStage>(s) || std::holds_alternative<LogfmtStage>(s) || std::holds_alternative<RegexpStage>(s) ||
         std::holds_alternative<PatternStage>(s) || std::holds_alternative<UnpackStage>(s);
}

std::vector<Stage> drop_unused_line_formats(const RangeAggregation& a) {
  std::vector<Stage> stages = a.range.log.stages;
  if (a.op == RangeOp::kBytesOverTime || a.op == RangeOp::kBytesRate) return stages;
  bool line_is_read = false;
  for (size_t i = stages.size(); i-- > 0;) {
    if (parses(stages[i]) || std::holds_alternative<LineFilter>(stages[i])) line_is_read = true;
    if (std::holds_alternative<LineFormatStage>(stages[i]) && !line_is_read) stages.erase(stages.begin() + static_cast<ptrdiff_t>(i));
  }
  return stages;
}

/// logql.md §5.2, for a query that is grouped `by` where it is extracted.
Hints hints_of(const RangeAggregation& a, const std::vector<Stage>& stages, const Grouping* by) {
  Hints hints;
  hints.metric = true;
  hints.needs_line = a.op == RangeOp::kBytesOverTime || a.op == RangeOp::kBytesRate;
  if (!by || by->without) return hints;
  Observed o;
  for (const Stage& s : stages) {
    if (auto* f = std::get_if<LabelFilterStage>(&s)) observe(*f->filter, o);
    if (auto* f = std::get_if<LineFormatStage>(&s)) observe_template(f->text, o);
    if (auto* f = std::get_if<LabelFormatStage>(&s))
      for (const auto& item : f->items) item.rename ? void(o.names.insert(item.value)) : observe_template(item.value, o);
  }
  if (a.range.unwrap) {
    o.names.insert(a.range.unwrap->label);
    for (const auto& f : a.range.unwrap->filters) observe(*f, o);
  }
  o.names.insert(by->labels.begin(), by->labels.end());
  hints.early_filters = by->labels.empty();
  hints.preserve_errors = o.names.contains("__error__");
  if (!o.everything) {
    hints.skip_parsers = o.names.empty();
    hints.restricted = true;
    hints.required = o.names;
  }
  return hints;
}

LabelSet series_of(const RowLabels& row, const Grouping* grouping, const std::string* unwrapped) {
  LabelSet all = row.merged(), kept;
  if (!row.error().empty()) return all;
  for (const Label& l : all) {
    bool named = grouping && std::find(grouping->labels.begin(), grouping->labels.end(), l.name) != grouping->labels.end();
    bool keep = grouping && !grouping->without ? named : !named && !(unwrapped && l.name == *unwrapped);
    if (keep) kept.set(l.name, l.value);
  }
  return kept;
}

}  // namespace

bool selected(const LabelSet& stream, const std::vector<Matcher>& matchers) {
  for (const Matcher& m : matchers)
    if (!m.matches(stream.get(m.name()))) return false;
  return true;
}

std::vector<const LabelFilter::In*> in_filters(const std::vector<Stage>& stages) {
  std::vector<const LabelFilter*> open;
  std::vector<const LabelFilter::In*> found;
  for (const Stage& s : stages)
    if (auto* f = std::get_if<LabelFilterStage>(&s)) open.push_back(f->filter.get());
  while (!open.empty()) {
    const LabelFilter* f = open.back();
    open.pop_back();
    if (auto* in = std::get_if<LabelFilter::In>(&f->v)) found.push_back(in);
    if (auto* b = std::get_if<LabelFilter::Binary>(&f->v)) open.insert(open.end(), {b->left.get(), b->right.get()});
  }
  return found;
}

Result<std::vector<SampleRow>> sample_rows(const std::vector<StoredEntry>& entries, const RangeAggregation& aggregation,
                                           const Grouping* outer, const InSets& in_sets) {
  const Grouping* grouping = outer ? outer : aggregation.grouping ? &*aggregation.grouping : nullptr;
  auto stages = drop_unused_line_formats(aggregation);
  const auto& unwrap = aggregation.range.unwrap;
  auto pipeline = Pipeline::compile(stages, unwrap, hints_of(aggregation, stages, grouping), in_sets);
  if (!pipeline.ok()) return pipeline.error();
  auto runner = (*pipeline)->runner();
  std::vector<SampleRow> rows;
  for (const StoredEntry& e : entries) {
    if (!selected(e.stream, aggregation.range.log.matchers)) continue;
    ProcessedRow out;
    if (!runner->run(e.stream, e.entry.metadata, e.entry.timestamp, e.entry.line, out)) continue;
    double value = unwrap ? out.value : 1;
    if (aggregation.op == RangeOp::kBytesOverTime || aggregation.op == RangeOp::kBytesRate) value = static_cast<double>(out.line.size());
    rows.push_back({e.entry.timestamp, series_of(*out.labels, grouping, unwrap ? &unwrap->label : nullptr), value});
  }
  return rows;
}

}  // namespace sleipnir::testing
