#include <map>
#include <memory>

#include <re2/re2.h>

#include "oracle/oracle.h"
#include "oracle/oracle_range.h"
#include "oracle/oracle_rows.h"
#include "oracle/oracle_vector.h"

namespace sleipnir::testing {

using namespace logql;

namespace {

struct Value {
  bool scalar = false;
  double number = 0;
  std::vector<Element> elements;
};

std::string expanded(const std::string& text, const std::vector<std::string>& groups) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out += text[i];
      continue;
    }
    bool braced = text[i + 1] == '{';
    size_t n = static_cast<size_t>(text[i + (braced ? 2 : 1)] - '0');
    if (n < groups.size()) out += groups[n];
    i += braced ? 3 : 1;
  }
  return out;
}

void replace(const LabelReplace& l, LabelSet& labels) {
  RE2 re("^(?:" + l.regex + ")$");
  std::vector<re2::StringPiece> pieces(static_cast<size_t>(re.NumberOfCapturingGroups()) + 1);
  std::string value(labels.get(l.src));
  if (!re.Match(value, 0, value.size(), RE2::UNANCHORED, pieces.data(), static_cast<int>(pieces.size()))) return;
  std::vector<std::string> groups;
  for (const auto& piece : pieces) groups.push_back(piece.data() ? std::string(piece.data(), piece.size()) : "");
  std::string text = expanded(l.replacement, groups);
  labels = restrict(labels, {}, false);
  text.empty() ? labels.erase(l.dst) : labels.set(l.dst, text);
}

/// The value of each node at one instant, by its children's.
class Evaluation {
 public:
  Evaluation(const Oracle& oracle, const std::vector<StoredEntry>& entries, Nanos first, Nanos last)
      : oracle_(oracle), entries_(entries), first_(first), last_(last) {}

  Value at(const Expr& expr, Nanos t) {
    return std::visit([&](const auto& node) { return node_at(node, t); }, expr.v);
  }
  Failures failures;

 private:
  Value node_at(const LogExpr&, Nanos) { return {}; }
  Value node_at(const Literal& l, Nanos) { return {true, l.value, {}}; }
  Value node_at(const VectorFn& v, Nanos) { return {false, 0, {{{}, v.value}}}; }
  Value node_at(const RangeAggregation& a, Nanos t) { return range_at(a, nullptr, t); }

  Value node_at(const VectorAggregation& a, Nanos t) {
    static const Grouping kEmpty;
    Value inner;
    auto* range = std::get_if<RangeAggregation>(&a.inner->v);
    bool summable = range && !range->grouping &&
                    (range->op == RangeOp::kRate || range->op == RangeOp::kCountOverTime || range->op == RangeOp::kBytesRate ||
                     range->op == RangeOp::kBytesOverTime || range->op == RangeOp::kSumOverTime);
    inner = a.op == VectorOp::kSum && summable ? range_at(*range, a.grouping ? &*a.grouping : &kEmpty, t) : at(*a.inner, t);
    return {false, 0, aggregated(a, inner.elements)};
  }

  Value node_at(const LabelReplace& l, Nanos t) {
    Value v = at(*l.inner, t);
    for (Element& e : v.elements) replace(l, e.labels);
    return v;
  }

  Value node_at(const BinaryOperation& b, Nanos t) {
    Value l = at(*b.left, t), r = at(*b.right, t);
    if (l.scalar && r.scalar) return {true, calculate(b.op, l.number, r.number), {}};
    Value out;
    if (l.scalar || r.scalar) {
      for (const Element& e : (l.scalar ? r : l).elements)
        if (auto v = combined(b, l.scalar ? l.number : e.value, l.scalar ? e.value : r.number, e.value)) out.elements.push_back({e.labels, *v});
    } else if (b.op == BinaryOperator::kAnd || b.op == BinaryOperator::kOr || b.op == BinaryOperator::kUnless) {
      out.elements = set_operation(b, l.elements, r.elements);
    } else {
      out.elements = matched(b, l.elements, r.elements, failures);
    }
    return out;
  }

  Value range_at(const RangeAggregation& a, const Grouping* outer, Nanos t) {
    Nanos end = t - a.range.offset, begin = end - a.range.range;
    std::map<LabelSet, Window> windows;
    for (const SampleRow& row : rows_of(a, outer)) {
      if (row.timestamp <= begin || row.timestamp > end) continue;
      windows[row.series].push_back(&row);
      if (row.series.contains("__error__") && row.series.get("__preserve_error__") != "true") failures.insert(ErrorKind::kInvalid);
    }
    Value out;
    if (a.op == RangeOp::kAbsentOverTime) {
      if (windows.empty()) out.elements.push_back({absent(a.range.log.matchers), 1});
      return out;
    }
    for (auto& [labels, window] : windows) out.elements.push_back({labels, range_value(a, window, begin, end)});
    return out;
  }

  LabelSet absent(const std::vector<Matcher>& matchers) {
    std::map<std::string, std::vector<const Matcher*>> by_name;
    for (const Matcher& m : matchers) by_name[m.name()].push_back(&m);
    LabelSet out;
    for (auto& [name, list] : by_name)
      if (list.size() == 1 && list[0]->op() == MatchOp::kEqual && !list[0]->value().empty()) out.set(name, list[0]->value());
    return out;
  }

  /// What the pipeline makes of the entries does not depend on the step: it is run once.
  const std::vector<SampleRow>& rows_of(const RangeAggregation& a, const Grouping* outer) {
    auto [it, added] = rows_.try_emplace(&a);
    if (!added) return it->second;
    InSets in_sets;
    for (const LabelFilter::In* in : in_filters(a.range.log.stages)) {
      Nanos begin = first_ - a.range.offset - a.range.range + 1, end = last_ - a.range.offset + 1;
      auto inner = oracle_.logs(*in->query, {.start = begin, .end = end, .limit = 0});
      failures.insert(inner.errors.begin(), inner.errors.end());
      auto values = std::make_shared<std::set<std::string, std::less<>>>();
      for (const OracleRow& row : inner.rows)
        if (auto* v = row.labels.find(in->label_of_query)) values->insert(*v);
      in_sets[in] = values;
    }
    auto rows = sample_rows(entries_, a, outer, in_sets);
    if (!rows.ok()) failures.insert(rows.error().kind);
    else it->second = *rows;
    return it->second;
  }

  const Oracle& oracle_;
  const std::vector<StoredEntry>& entries_;
  Nanos first_, last_;
  std::map<const RangeAggregation*, std::vector<SampleRow>> rows_;
};

}  // namespace

OracleMetric Oracle::metric(const Expr& query, const MetricQuery& q) const {
  OracleMetric answer;
  Nanos step = q.step == 0 ? 1 : q.step, start = q.step == 0 ? q.end : q.start;
  Nanos last = start + (q.end - start) / step * step;
  Evaluation evaluation(*this, entries_, start, last);
  std::map<LabelSet, std::vector<Sample>> matrix;
  for (Nanos t = start; t <= q.end; t += step) {
    Nanos stamp = t / kMillisecond * kMillisecond;
    Value v = evaluation.at(query, t);
    answer.result.scalar = v.scalar;
    if (v.scalar) matrix[{}].push_back({stamp, v.number});
    for (const Element& e : v.elements) {
      if (q.step == 0) answer.result.series.push_back({e.labels, {{stamp, e.value}}});
      else matrix[e.labels].push_back({stamp, e.value});
    }
  }
  for (auto& [labels, samples] : matrix) answer.result.series.push_back({labels, samples});
  answer.errors = evaluation.failures;
  return answer;
}

}  // namespace sleipnir::testing
