#include "oracle/oracle_range.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sleipnir::testing {

using namespace logql;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();

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

}  // namespace

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

}  // namespace sleipnir::testing
