#pragma once
// How the series of two vectors find their partners: by signature. Partners are looked for at each step anew, since a series need not
// have a point at every step.
#include <algorithm>
#include <span>
#include <vector>

#include "base/result.h"
#include "logql/engine/poll.h"
#include "logql/engine/series.h"
#include "logql/engine/series_map.h"
#include "logql/syntax/ast.h"

namespace sleipnir::logql {

/// The labels by which a series finds its partners: those of `on`, or all but those of `ignoring`. An empty one counts as missing.
LabelSet signature(const LabelSet& labels, const Matching& matching);

/// A sample with the series that it comes from.
struct Operand {
  uint32_t step;
  const PointSeries* series;
  double value;
};

/// The samples of two vectors that have the same signature, each side ascending by step.
struct SignatureGroup {
  std::vector<Operand> left, right;
};
Result<std::vector<SignatureGroup>> group_by_signature(const Vector& left, const Vector& right, const Matching& matching, Poll& poll);

/// Calls f(left, right) with the spans of each step that occurs on either side, ascending, until it returns an error or the poll expires.
template <class F>
Result<void> for_each_step(const SignatureGroup& group, Poll& poll, F&& f) {
  auto run = [](const std::vector<Operand>& side, size_t from, uint32_t step) {
    while (from < side.size() && side[from].step == step) ++from;
    return from;
  };
  size_t l = 0, r = 0;
  while (l < group.left.size() || r < group.right.size()) {
    uint32_t step = UINT32_MAX;
    if (l < group.left.size()) step = group.left[l].step;
    if (r < group.right.size()) step = std::min(step, group.right[r].step);
    size_t l_end = run(group.left, l, step), r_end = run(group.right, r, step);
    if (poll.expired()) return poll.status();
    auto done = f(std::span(group.left).subspan(l, l_end - l), std::span(group.right).subspan(r, r_end - r));
    if (!done.ok()) return done;
    l = l_end;
    r = r_end;
  }
  return {};
}

/// Collects points under their labels; equal labels become one series, unless they have points at the same step.
class ResultSeries {
 public:
  void add(const LabelSet& labels, Point point);
  Result<Vector> take(Poll& poll);

 private:
  SeriesMap map_;
  std::vector<std::vector<Point>> points_;
};

/// Arithmetic and comparisons of vectors. Errors of all of these: those of the poll, too.
Result<Vector> combine_matching(const BinaryOperation& operation, const Vector& left, const Vector& right, Poll& poll);
/// and, or, unless.
Result<Vector> combine_sets(const BinaryOperation& operation, const Vector& left, const Vector& right, Poll& poll);

}  // namespace sleipnir::logql
