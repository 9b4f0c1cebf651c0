// and, or, unless: which samples stay depends on the signatures that the other side has at the same step.
#include "logql/engine/matching.h"

namespace sleipnir::logql {

Vector combine_sets(const BinaryOperation& operation, const Vector& left, const Vector& right) {
  ResultSeries out;
  auto keep = [&](std::span<const Operand> side) {
    for (const Operand& operand : side) out.add(operand.series->labels, {operand.step, operand.value});
  };
  for (const SignatureGroup& group : group_by_signature(left, right, operation.matching)) {
    auto done = for_each_step(group, [&](auto l, auto r) -> Result<void> {
      if (operation.op == BinaryOperator::kOr) {
        keep(l.empty() ? r : l);
      } else if (r.empty() == (operation.op == BinaryOperator::kUnless)) {
        keep(l);
      }
      return {};
    });
    (void)done;
  }
  return out.take();
}

}  // namespace sleipnir::logql
