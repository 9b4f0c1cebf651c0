// and, or, unless: which samples stay depends on the signatures that the other side has at the same step.
#include "logql/engine/matching.h"

namespace sleipnir::logql {

Result<Vector> combine_sets(const BinaryOperation& operation, const Vector& left, const Vector& right, Poll& poll) {
  ResultSeries out;
  auto keep = [&](std::span<const Operand> side) {
    for (const Operand& operand : side) out.add(operand.series->labels, {operand.step, operand.value});
  };
  auto groups = group_by_signature(left, right, operation.matching, poll);
  if (!groups.ok()) return groups.error();
  for (const SignatureGroup& group : *groups) {
    auto done = for_each_step(group, poll, [&](auto l, auto r) -> Result<void> {
      if (operation.op == BinaryOperator::kOr) {
        keep(l.empty() ? r : l);
      } else if (r.empty() == (operation.op == BinaryOperator::kUnless)) {
        keep(l);
      }
      return {};
    });
    if (!done.ok()) return done.error();
  }
  return out.take(poll);
}

}  // namespace sleipnir::logql
