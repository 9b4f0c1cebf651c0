// quantile_over_time keeps every value (not the rows) with its cell; a window looks through the values of its cells for two ranks.
#include <cmath>
#include <limits>

#include "logql/engine/cell_index.h"
#include "logql/engine/cell_values.h"
#include "logql/engine/range_function.h"
#include "logql/engine/ranks.h"

namespace sleipnir::logql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class Quantile : public RangeFunction {
 public:
  Quantile(double phi, const Windows& windows) : phi_(phi), windows_(windows), index_(windows.slots()) {}

  void add(const RangeRows& r) override {
    for (const uint32_t row : r.rows) values_.add(index_.of(r.series[row], r.slots[row]), r.values[row]);
    count_ += r.rows.size();
  }

  void absorb(RangeFunction& other, std::span<const uint32_t> series_of) override {
    auto& later = static_cast<Quantile&>(other);
    std::vector<uint32_t> cells(later.values_.cells());
    for (uint32_t cell = 0; cell < cells.size(); ++cell) {
      if (later.values_.empty(cell)) continue;
      const CellIndex::Cell of = later.index_.cell(cell);
      cells[cell] = index_.of(series_of[of.series], of.slot);
    }
    values_.absorb(later.values_, cells);
    count_ += later.count_;
  }

  Result<void> finish(const PointSink& sink, Poll& poll) override {
    std::vector<Entry> entries;  // of one series
    for (const uint32_t number : index_.ordered(values_.cells())) {
      const CellIndex::Cell cell = index_.cell(number);
      if (!entries.empty() && cell.series != series_) {
        if (auto done = hand_out(entries, sink, poll); !done.ok()) return done;
        entries.clear();
      }
      series_ = cell.series;
      if (!values_.empty(number)) entries.push_back({cell.slot, number});
    }
    return entries.empty() ? Result<void>() : hand_out(entries, sink, poll);
  }

  size_t bytes() const override {
    // A window may hold all values, and is copied in part.
    return index_.bytes() + values_.bytes() + count_ * sizeof(double);
  }

 private:
  struct Entry {
    uint64_t slot;
    uint32_t cell;
  };

  Result<void> hand_out(const std::vector<Entry>& entries, const PointSink& sink, Poll& poll) {
    std::vector<Point> points;
    std::vector<std::span<const double>> window;
    for_each_window(windows_, entries, [&](uint32_t step, size_t begin, size_t end) {
      window.clear();
      for (size_t e = begin; e < end; ++e) values_.append_chunks(entries[e].cell, window);
      size_t count = 0;
      for (const auto& piece : window) count += piece.size();
      if (!poll.expired(count / 64 + 1)) points.push_back({step, quantile(window, count)});
    });
    if (!poll.status().ok()) return poll.status();
    return points.empty() ? Result<void>() : sink(series_, points);
  }

  /// Linear interpolation between the ranks around phi * (count - 1).
  double quantile(std::span<const std::span<const double>> window, size_t count) {
    if (phi_ < 0) return -kInfinity;
    if (phi_ > 1) return kInfinity;
    const double rank = phi_ * static_cast<double>(count - 1), weight = rank - std::floor(rank);
    const auto [below, above] = ranks_.at(static_cast<size_t>(rank), window);
    return below * (1 - weight) + above * weight;
  }

  double phi_;
  const Windows windows_;
  CellIndex index_;
  CellValues values_;
  size_t count_ = 0;
  Ranks ranks_;
  uint32_t series_ = 0;  // in finish()
};

}  // namespace

RangeFunctionPtr make_quantile(double phi, const Windows& windows) { return std::make_unique<Quantile>(phi, windows); }

}  // namespace sleipnir::logql
