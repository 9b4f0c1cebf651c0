// quantile_over_time keeps every value (not the rows) with its cell; a window puts its values together and selects two ranks.
#include <algorithm>
#include <cmath>
#include <limits>

#include "logql/engine/range_function.h"

namespace sleipnir::logql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Linear interpolation between the ranks around phi * (n - 1); NaN ranks before all numbers. Reorders `values`, which are not empty.
double quantile(double phi, std::span<double> values) {
  if (phi < 0) return -kInfinity;
  if (phi > 1) return kInfinity;
  const double last = static_cast<double>(values.size()) - 1, rank = phi * last;
  const auto lower = static_cast<size_t>(std::floor(rank)), upper = static_cast<size_t>(std::min(last, std::floor(rank) + 1));
  const auto numbers = std::partition(values.begin(), values.end(), [](double v) { return std::isnan(v); });
  const auto nans = static_cast<size_t>(numbers - values.begin());
  if (lower >= nans) std::nth_element(numbers, values.begin() + lower, values.end());
  const double below = values[lower];
  const double above = upper == lower ? below : upper < nans ? values[upper] : *std::min_element(values.begin() + upper, values.end());
  const double weight = rank - std::floor(rank);
  return below * (1 - weight) + above * weight;
}

class Quantile : public RangeFunction {
 public:
  Quantile(double phi, const Windows& windows) : phi_(phi), windows_(windows), index_(windows.slots()) {}

  void add(const RangeRows& r) override {
    for (const uint32_t row : r.rows) keep(index_.of(r.series[row], r.slots[row]), r.values[row]);
  }

  void absorb(RangeFunction& other, std::span<const uint32_t> series_of) override {
    auto& later = static_cast<Quantile&>(other);
    std::vector<uint32_t> cells(later.sizes_.size());
    for (uint32_t cell = 0; cell < cells.size(); ++cell) {
      if (later.sizes_[cell] == 0) continue;
      const CellIndex::Cell of = later.index_.cell(cell);
      cells[cell] = index_.of(series_of[of.series], of.slot);
    }
    for (size_t i = 0; i < later.values_.size(); ++i) keep(cells[later.cells_[i]], later.values_[i]);
    later.cells_ = {};
    later.values_ = {};
  }

  Result<void> finish(const PointSink& sink, Poll& poll) override {
    const auto order = index_.ordered(static_cast<uint32_t>(sizes_.size()));
    std::vector<double> values = sorted_into(order);
    std::vector<Run> runs;
    size_t at = 0;
    for (size_t i = 0; i < order.size(); ++i) {
      const CellIndex::Cell cell = index_.cell(order[i]);
      runs.push_back({cell.slot, at, at + sizes_[order[i]]});
      at = runs.back().end;
      if (i + 1 < order.size() && index_.cell(order[i + 1]).series == cell.series) continue;
      auto done = hand_out(cell.series, runs, values, sink, poll);
      if (!done.ok()) return done;
      runs.clear();
    }
    return {};
  }

  size_t bytes() const override {
    // Twice: finish() orders the values by cell.
    return index_.bytes() + sizes_.capacity() * sizeof(uint32_t) + 2 * (cells_.capacity() * sizeof(uint32_t) + values_.capacity() * sizeof(double));
  }

 private:
  /// The values of one slot, by position.
  struct Run {
    uint64_t slot;
    size_t begin, end;
  };

  void keep(uint32_t cell, double value) {
    if (cell >= sizes_.size()) sizes_.resize(cell + 1);
    ++sizes_[cell];
    cells_.push_back(cell);
    values_.push_back(value);
  }

  /// All values, those of order[0] first.
  std::vector<double> sorted_into(const std::vector<uint32_t>& order) {
    std::vector<size_t> next(sizes_.size());
    size_t at = 0;
    for (const uint32_t cell : order) {
      next[cell] = at;
      at += sizes_[cell];
    }
    std::vector<double> sorted(values_.size());
    for (size_t i = 0; i < values_.size(); ++i) sorted[next[cells_[i]]++] = values_[i];
    cells_ = {};
    values_ = {};
    return sorted;
  }

  Result<void> hand_out(uint32_t series, const std::vector<Run>& runs, std::vector<double>& values, const PointSink& sink, Poll& poll) {
    std::vector<Point> points;
    std::vector<double> window;
    for_each_window(windows_, runs, [&](uint32_t step, size_t begin, size_t end) {
      std::span<double> of_window(values.data() + runs[begin].begin, values.data() + runs[end - 1].end);
      if (poll.expired(of_window.size() / 64 + 1)) return;
      // Within a slot the order does not matter to the windows that follow.
      if (end - begin > 1) {
        window.assign(of_window.begin(), of_window.end());
        of_window = window;
      }
      points.push_back({step, quantile(phi_, of_window)});
    });
    if (!poll.status().ok()) return poll.status();
    return points.empty() ? Result<void>() : sink(series, points);
  }

  double phi_;
  const Windows windows_;
  CellIndex index_;
  std::vector<uint32_t> sizes_;  // values a cell
  std::vector<uint32_t> cells_;  // of each value
  std::vector<double> values_;
};

}  // namespace

RangeFunctionPtr make_quantile(double phi, const Windows& windows) { return std::make_unique<Quantile>(phi, windows); }

}  // namespace sleipnir::logql
