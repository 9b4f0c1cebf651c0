#include "logql/engine/range_function.h"

namespace sleipnir::logql {

double seconds(Nanos d) { return static_cast<double>(d / kSecond) + static_cast<double>(d % kSecond) / 1e9; }

RangeFunctionPtr make_range_function(const RangeAggregation& aggregation, const Windows& windows) {
  switch (aggregation.op) {
    case RangeOp::kCountOverTime:
    case RangeOp::kBytesOverTime:
    case RangeOp::kAbsentOverTime:
      return make_counting(windows, 1);
    case RangeOp::kBytesRate:
      return make_counting(windows, seconds(windows.range()));
    case RangeOp::kRate:
      return aggregation.range.unwrap ? make_unwrapped_sum(aggregation.op, windows) : make_counting(windows, seconds(windows.range()));
    case RangeOp::kSumOverTime:
    case RangeOp::kAvgOverTime:
    case RangeOp::kStddevOverTime:
    case RangeOp::kStdvarOverTime:
      return make_unwrapped_sum(aggregation.op, windows);
    case RangeOp::kMinOverTime:
    case RangeOp::kMaxOverTime:
      return make_extreme(aggregation.op, windows);
    case RangeOp::kFirstOverTime:
    case RangeOp::kLastOverTime:
      return make_first_or_last(aggregation.op, windows);
    case RangeOp::kQuantileOverTime:
      return make_quantile(aggregation.parameter.value_or(0), windows);
    case RangeOp::kRateCounter:
      return make_rate_counter(windows);
  }
  return nullptr;
}

}  // namespace sleipnir::logql
