#include "oracle/oracle_vector.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "oracle/oracle_range.h"

namespace sleipnir::testing {

using namespace logql;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

LabelSet signature(const LabelSet& labels, const Matching& m) {
  return m.on ? restrict(restrict(labels, m.labels, true), {}, false) : restrict(labels, m.labels, false);
}

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

}  // namespace

LabelSet restrict(const LabelSet& labels, const std::vector<std::string>& names, bool keep) {
  LabelSet out;
  for (const Label& l : labels) {
    bool named = std::find(names.begin(), names.end(), l.name) != names.end();
    if (named == keep && (keep || !l.value.empty())) out.set(l.name, l.value);
  }
  return out;
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

}  // namespace sleipnir::testing
