// quantile_over_time keeps every value (not the rows); a window copies its values and selects two ranks.
#include <cmath>
#include <limits>

#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// NaN sorts before all numbers.
bool ranks_before(double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; }

/// Linear interpolation between the ranks around phi * (n - 1). Reorders `values`, which are not empty.
double quantile(double phi, std::vector<double>& values) {
  if (phi < 0) return -kInfinity;
  if (phi > 1) return kInfinity;
  double last = static_cast<double>(values.size()) - 1, rank = phi * last;
  auto lower = static_cast<size_t>(std::floor(rank)), upper = static_cast<size_t>(std::min(last, std::floor(rank) + 1));
  std::nth_element(values.begin(), values.begin() + lower, values.end(), ranks_before);
  double below = values[lower];
  double above = upper == lower ? below : *std::min_element(values.begin() + upper, values.end(), ranks_before);
  double weight = rank - std::floor(rank);
  return below * (1 - weight) + above * weight;
}

class Quantile : public RangeFunction {
 public:
  Quantile(double phi, const Windows& windows) : phi_(phi), windows_(windows) {}

  void add(std::span<const RangeRow> rows) override {
    for (const RangeRow& row : rows) of(row.series).push_back({row.slot, row.value});
  }

  void absorb(uint32_t series, RangeFunction& other, uint32_t other_series) override {
    auto& values = of(series);
    auto& later = static_cast<Quantile&>(other).of(other_series);
    values.insert(values.end(), later.begin(), later.end());
  }

  std::vector<Point> finish(uint32_t series) override {
    std::vector<Value> values = std::move(of(series));
    auto earlier = [](const Value& a, const Value& b) { return a.slot < b.slot; };
    if (!std::is_sorted(values.begin(), values.end(), earlier)) std::sort(values.begin(), values.end(), earlier);
    std::vector<Point> points;
    std::vector<double> window;
    for_each_window(windows_, values, [&](uint32_t step, size_t begin, size_t end) {
      window.clear();
      for (size_t i = begin; i < end; ++i) window.push_back(values[i].value);
      points.push_back({step, quantile(phi_, window)});
    });
    return points;
  }

 private:
  struct Value {
    uint64_t slot;
    double value;
  };
  std::vector<Value>& of(uint32_t series) {
    if (series >= series_.size()) series_.resize(series + 1);
    return series_[series];
  }

  double phi_;
  const Windows windows_;
  std::vector<std::vector<Value>> series_;
};

}  // namespace

RangeFunctionPtr make_quantile(double phi, const Windows& windows) { return std::make_unique<Quantile>(phi, windows); }

}  // namespace sleipnir::logql
