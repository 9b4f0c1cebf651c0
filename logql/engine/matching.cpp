#include "logql/engine/matching.h"

#include <algorithm>
#include <set>

#include "logql/engine/binary_operation.h"
#include "logql/engine/grouping.h"
#include "logql/syntax/operations.h"

namespace sleipnir::logql {

LabelSet signature(const LabelSet& labels, const Matching& matching) {
  return matching.on ? all_but(only(labels, matching.labels), {}) : all_but(labels, matching.labels);
}

Result<std::vector<SignatureGroup>> group_by_signature(const Vector& left, const Vector& right, const Matching& matching, Poll& poll) {
  SeriesMap signatures;
  std::vector<SignatureGroup> groups;
  auto collect = [&](const Vector& side, std::vector<Operand> SignatureGroup::* operands) {
    for (const PointSeries& series : side.series) {
      if (poll.expired(1 + series.points.size() / 8)) return;
      uint32_t index = signatures.index(signature(series.labels, matching));
      if (index == groups.size()) groups.emplace_back();
      for (const Point& point : series.points) (groups[index].*operands).push_back({point.step, &series, point.value});
    }
  };
  collect(left, &SignatureGroup::left);
  collect(right, &SignatureGroup::right);
  auto by_step = [](const Operand& a, const Operand& b) { return a.step < b.step; };
  for (SignatureGroup& group : groups) {
    stable_sort(group.left, poll, by_step);
    stable_sort(group.right, poll, by_step);
  }
  if (!poll.status().ok()) return poll.status().error();
  return groups;
}

void ResultSeries::add(const LabelSet& labels, Point point) {
  uint32_t index = map_.index(labels);
  if (index == points_.size()) points_.emplace_back();
  points_[index].push_back(point);
}

Result<Vector> ResultSeries::take(Poll& poll) {
  Vector out;
  for (uint32_t i = 0; i < points_.size(); ++i) {
    if (poll.expired(1 + points_[i].size() / 8)) return poll.status().error();
    std::vector<Point> points = std::move(points_[i]);
    std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.step < b.step; });
    const size_t first = out.series.size();
    size_t copy = 0;
    for (size_t j = 0; j < points.size(); ++j) {
      copy = j > 0 && points[j - 1].step == points[j].step ? copy + 1 : 0;
      if (first + copy == out.series.size()) out.series.push_back({map_.labels(i), {}});
      out.series[first + copy].points.push_back(points[j]);
    }
  }
  return out;
}

namespace {

/// Why two vectors do not match, and when that is found out: step by step, at each first the duplicates of the side of one.
struct Mismatch {
  uint32_t step = UINT32_MAX;
  bool late = true;
  std::string message = {};

  bool operator<(const Mismatch& other) const { return std::pair(step, late) < std::pair(other.step, other.late); }
};

/// Combines the samples of one signature at one step. `many` is the left side, but for group_right.
class SampleMatcher {
 public:
  SampleMatcher(const BinaryOperation& operation, ResultSeries& out, Poll& poll) : operation_(operation), out_(out), poll_(poll) {}

  Result<void> combine(std::span<const Operand> left, std::span<const Operand> right) {
    bool swapped = card() == Matching::Card::kOneToMany;
    auto many = swapped ? right : left, one = swapped ? left : right;
    if (one.size() > 1) {
      return refuse({one[0].step, false, std::string("found duplicate series on the ") + (swapped ? "left" : "right") +
                                             " hand-side;many-to-many matching not allowed: matching labels must be unique on one side"});
    }
    if (one.empty() || many.empty()) return {};
    if (many.size() > 1 && card() == Matching::Card::kOneToOne)
      return refuse({one[0].step, true, "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"});

    std::set<LabelSet> results;
    for (const Operand& operand : many) {
      if (poll_.expired()) return poll_.status();
      LabelSet labels = result_labels(operand.series->labels, one[0].series->labels);
      if (many.size() > 1 && !results.insert(labels).second)
        return refuse({operand.step, true, "multiple matches for labels: grouping labels must ensure unique matches"});
      double l = swapped ? one[0].value : operand.value, r = swapped ? operand.value : one[0].value;
      emit(labels, operand.step, l, r);
    }
    return {};
  }

  /// The first of all that were found.
  Result<void> status() const { return first_.message.empty() ? Result<void>() : Error{ErrorKind::kExecution, first_.message}; }

 private:
  Matching::Card card() const { return operation_.matching.card; }

  Result<void> refuse(Mismatch found) {
    if (found < first_) first_ = std::move(found);
    return status();
  }

  LabelSet result_labels(const LabelSet& many, const LabelSet& one) const {
    const Matching& matching = operation_.matching;
    LabelSet labels = all_but(many, {});
    if (matching.card == Matching::Card::kOneToOne) labels = signature(labels, matching);
    for (const std::string& name : matching.include) {
      auto value = one.get(name);
      if (value.empty()) labels.erase(name);
      else labels.set(name, value);
    }
    return labels;
  }

  void emit(const LabelSet& labels, uint32_t step, double l, double r) {
    double value = fold(operation_.op, l, r);
    if (is_comparison(operation_.op) && !operation_.return_bool) {
      if (value == 0) return;
      value = l;
    }
    out_.add(labels, {step, value});
  }

  const BinaryOperation& operation_;
  ResultSeries& out_;
  Poll& poll_;
  Mismatch first_;
};

}  // namespace

Result<Vector> combine_matching(const BinaryOperation& operation, const Vector& left, const Vector& right, Poll& poll) {
  ResultSeries out;
  SampleMatcher matcher(operation, out, poll);
  auto groups = group_by_signature(left, right, operation.matching, poll);
  if (!groups.ok()) return groups.error();
  for (const SignatureGroup& group : *groups) {
    // A mismatch ends the group only: that of another one may come first.
    (void)for_each_step(group, poll, [&](auto l, auto r) { return matcher.combine(l, r); });
    if (!poll.status().ok()) return poll.status().error();
  }
  if (auto matched = matcher.status(); !matched.ok()) return matched.error();
  return out.take(poll);
}

}  // namespace sleipnir::logql
