#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <re2/re2.h>

#include "oracle/oracle.h"
#include "oracle/oracle_rows.h"

namespace sleipnir::testing {

using namespace logql;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

struct Element {
  LabelSet labels;
  double value;
};
struct Value {
  bool scalar = false;
  double number = 0;
  std::vector<Element> elements;
};

using Failures = std::set<ErrorKind>;

// ---- range functions: the samples of one window, in order -------------------------------------------------------------------

using Window = std::vector<const SampleRow*>;

double sum_of(const Window& w) {
  double sum = 0;
  for (auto* s : w) sum += s->value;
  return sum;
}

double average(const Window& w) {
  double mean = 0, n = 0;
  for (auto* s : w) {
    ++n;
    if (std::isinf(mean) && std::isinf(s->value) && std::signbit(mean) == std::signbit(s->value)) continue;
    if (std::isinf(mean) && std::isfinite(s->value)) continue;
    mean += (s->value / n - mean / n);
  }
  return mean;
}

double variance(const Window& w) {
  double n = 0, mean = 0, m2 = 0;
  for (auto* s : w) {
    double delta = s->value - mean;
    mean += delta / ++n;
    m2 += delta * (s->value - mean);
  }
  return m2 / n;
}

double extreme(const Window& w, bool greatest) {
  double best = w[0]->value;
  for (auto* s : w)
    if (std::isnan(best) || (greatest ? s->value > best : s->value < best)) best = s->value;
  return best;
}

double quantile(double phi, const Window& w) {
  if (phi < 0) return -kInf;
  if (phi > 1) return kInf;
  std::vector<double> nans, v;
  for (auto* s : w) (std::isnan(s->value) ? nans : v).push_back(s->value);
  std::sort(v.begin(), v.end());
  v.insert(v.begin(), nans.begin(), nans.end());
  double n = static_cast<double>(v.size()), rank = phi * (n - 1), lower = std::max(0.0, std::floor(rank)), upper = std::min(n - 1, lower + 1);
  double weight = rank - std::floor(rank);
  return v[static_cast<size_t>(lower)] * (1 - weight) + v[static_cast<size_t>(upper)] * weight;
}

double rate_counter(const Window& w, Nanos begin, Nanos end) {
  if (w.size() < 2) return 0;
  double result = w.back()->value - w[0]->value;
  double lost = 0;
  for (size_t i = 1; i < w.size(); ++i)
    if (w[i]->value < w[i - 1]->value) lost += w[i - 1]->value;
  result += lost;
  auto s = [](Nanos d) { return static_cast<double>(d) / 1e9; };
  double sampled = s(w.back()->timestamp - w[0]->timestamp), gap = sampled / static_cast<double>(w.size() - 1);
  double to_start = s(w[0]->timestamp - begin), to_end = s(end - w.back()->timestamp);
  if (to_start >= gap * 1.1) to_start = gap / 2;
  if (result > 0 && w[0]->value >= 0) to_start = std::min(to_start, sampled * (w[0]->value / result));
  if (to_end >= gap * 1.1) to_end = gap / 2;
  return result * ((sampled + to_start + to_end) / sampled) / s(end - begin);
}

double range_value(const RangeAggregation& a, const Window& w, Nanos begin, Nanos end) {
  double length = static_cast<double>(end - begin) / 1e9;
  switch (a.op) {
    case RangeOp::kRate:
    case RangeOp::kBytesRate: return sum_of(w) / length;
    case RangeOp::kCountOverTime:
    case RangeOp::kBytesOverTime:
    case RangeOp::kSumOverTime: return sum_of(w);
    case RangeOp::kAvgOverTime: return average(w);
    case RangeOp::kMinOverTime: return extreme(w, false);
    case RangeOp::kMaxOverTime: return extreme(w, true);
    case RangeOp::kStdvarOverTime: return variance(w);
    case RangeOp::kStddevOverTime: return std::sqrt(variance(w));
    case RangeOp::kQuantileOverTime: return quantile(*a.parameter, w);
    case RangeOp::kFirstOverTime: return w.front()->value;
    case RangeOp::kLastOverTime: return w.back()->value;
    case RangeOp::kRateCounter: return rate_counter(w, begin, end);
    case RangeOp::kAbsentOverTime: return 1;
  }
  return kNan;
}

// ---- label sets -------------------------------------------------------------------------------------------------------------

LabelSet restrict(const LabelSet& labels, const std::vector<std::string>& names, bool keep) {
  LabelSet out;
  for (const Label& l : labels) {
    bool named = std::find(names.begin(), names.end(), l.name) != names.end();
    if (named == keep && (keep || !l.value.empty())) out.set(l.name, l.value);
  }
  return out;
}

LabelSet signature(const LabelSet& labels, const Matching& m) {
  return m.on ? restrict(restrict(labels, m.labels, true), {}, false) : restrict(labels, m.labels, false);
}

// ---- vector aggregations ----------------------------------------------------------------------------------------------------

double vector_value(VectorOp op, const std::vector<Element>& group) {
  std::vector<SampleRow> rows;
  for (const Element& e : group) rows.push_back({0, {}, e.value});
  Window w;
  for (const SampleRow& r : rows) w.push_back(&r);
  switch (op) {
    case VectorOp::kSum: return sum_of(w);
    case VectorOp::kAvg: return average(w);
    case VectorOp::kCount: return static_cast<double>(w.size());
    case VectorOp::kMax: return extreme(w, true);
    case VectorOp::kMin: return extreme(w, false);
    case VectorOp::kStddev: return std::sqrt(variance(w));
    case VectorOp::kStdvar: return variance(w);
    default: return kNan;
  }
}

/// Numbers by value, then NaN; equal values by labels.
void rank(std::vector<Element>& elements, bool descending) {
  std::stable_sort(elements.begin(), elements.end(), [](const Element& a, const Element& b) { return a.labels < b.labels; });
  std::stable_sort(elements.begin(), elements.end(), [&](const Element& a, const Element& b) {
    if (std::isnan(a.value)) return false;
    if (std::isnan(b.value)) return true;
    return descending ? b.value < a.value : a.value < b.value;
  });
}

std::vector<Element> aggregated(const VectorAggregation& a, std::vector<Element> in) {
  if (a.op == VectorOp::kSort || a.op == VectorOp::kSortDesc) {
    rank(in, a.op == VectorOp::kSortDesc);
    return in;
  }
  std::map<LabelSet, std::vector<Element>> groups;
  for (const Element& e : in) {
    LabelSet key;
    if (a.grouping) key = restrict(e.labels, a.grouping->labels, !a.grouping->without);
    groups[key].push_back(e);
  }
  std::vector<Element> out;
  for (auto& [labels, group] : groups) {
    if (a.op == VectorOp::kTopk || a.op == VectorOp::kBottomk || a.op == VectorOp::kApproxTopk) {
      rank(group, a.op != VectorOp::kBottomk);
      for (size_t i = 0; i < group.size() && static_cast<int64_t>(i) < *a.parameter; ++i) out.push_back(group[i]);
    } else {
      out.push_back({labels, vector_value(a.op, group)});
    }
  }
  return out;
}

// ---- binary operations ------------------------------------------------------------------------------------------------------

bool compares(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kEqual:
    case BinaryOperator::kNotEqual:
    case BinaryOperator::kLess:
    case BinaryOperator::kLessEqual:
    case BinaryOperator::kGreater:
    case BinaryOperator::kGreaterEqual: return true;
    default: return false;
  }
}

double calculate(BinaryOperator op, double l, double r) {
  switch (op) {
    case BinaryOperator::kEqual: return l == r ? 1 : 0;
    case BinaryOperator::kNotEqual: return l != r ? 1 : 0;
    case BinaryOperator::kLess: return l < r ? 1 : 0;
    case BinaryOperator::kLessEqual: return l <= r ? 1 : 0;
    case BinaryOperator::kGreater: return l > r ? 1 : 0;
    case BinaryOperator::kGreaterEqual: return l >= r ? 1 : 0;
    case BinaryOperator::kAdd: return l + r;
    case BinaryOperator::kSub: return l - r;
    case BinaryOperator::kMul: return l * r;
    case BinaryOperator::kDiv: return r == 0 ? kNan : l / r;
    case BinaryOperator::kMod: return r == 0 ? kNan : std::fmod(l, r);
    case BinaryOperator::kPow: return std::pow(l, r);
    default: return kNan;
  }
}

std::optional<double> combined(const BinaryOperation& b, double l, double r, double kept) {
  double value = calculate(b.op, l, r);
  if (!compares(b.op) || b.return_bool) return value;
  if (value == 0) return std::nullopt;
  return kept;
}

std::vector<Element> set_operation(const BinaryOperation& b, const std::vector<Element>& left, const std::vector<Element>& right) {
  auto has = [&](const std::vector<Element>& side, const Element& e) {
    return std::any_of(side.begin(), side.end(), [&](const Element& o) { return signature(o.labels, b.matching) == signature(e.labels, b.matching); });
  };
  std::vector<Element> out;
  for (const Element& e : left)
    if (b.op == BinaryOperator::kOr || has(right, e) == (b.op == BinaryOperator::kAnd)) out.push_back(e);
  if (b.op == BinaryOperator::kOr)
    for (const Element& e : right)
      if (!has(left, e)) out.push_back(e);
  return out;
}

std::vector<Element> matched(const BinaryOperation& b, const std::vector<Element>& left, const std::vector<Element>& right, Failures& failures) {
  const Matching& m = b.matching;
  bool right_is_many = m.card == Matching::Card::kOneToMany;
  const auto& many = right_is_many ? right : left;
  const auto& one = right_is_many ? left : right;
  std::map<LabelSet, const Element*> by_signature;
  for (const Element& e : one)
    if (!by_signature.emplace(signature(e.labels, m), &e).second) failures.insert(ErrorKind::kExecution);
  std::set<LabelSet> used;
  std::set<std::pair<LabelSet, LabelSet>> results;
  std::vector<Element> out;
  for (const Element& e : many) {
    LabelSet key = signature(e.labels, m);
    auto partner = by_signature.find(key);
    if (partner == by_signature.end()) continue;
    LabelSet labels = restrict(e.labels, {}, false);
    if (m.card == Matching::Card::kOneToOne) {
      if (!used.insert(key).second) failures.insert(ErrorKind::kExecution);
      labels = restrict(key, {}, false);
    }
    for (const std::string& name : m.include) {
      std::string value(partner->second->labels.get(name));
      value.empty() ? labels.erase(name) : labels.set(name, value);
    }
    if (!results.insert({key, labels}).second) failures.insert(ErrorKind::kExecution);
    double l = right_is_many ? partner->second->value : e.value, r = right_is_many ? e.value : partner->second->value;
    if (auto value = combined(b, l, r, l)) out.push_back({labels, *value});
  }
  return out;
}

// ---- label_replace ----------------------------------------------------------------------------------------------------------

/// The generator writes replacements of the forms `text`, `$N`, `${N}` only.
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

// ---- evaluation at one instant ----------------------------------------------------------------------------------------------

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
