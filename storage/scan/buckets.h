#pragma once
#include <algorithm>
#include <optional>
#include <span>

#include "storage/column/roll_up.h"

namespace sleipnir::storage {

/// The buckets (edges[k], edges[k+1]] of a count. Asking for times near the last one is cheapest. One thread; `edges` must outlive it.
class Buckets {
 public:
  /// `edges` ascend, at least two.
  explicit Buckets(std::span<const Nanos> edges) : edges_(edges) {}

  /// Of a time; nullopt outside of all.
  std::optional<uint32_t> of(Nanos t) {
    if (t <= edges_.front() || t > edges_.back()) return std::nullopt;
    if (t <= edges_[last_] || t > edges_[last_ + 1])
      last_ = static_cast<uint32_t>(std::lower_bound(edges_.begin() + 1, edges_.end(), t) - edges_.begin() - 1);
    return last_;
  }
  /// Of times that lie in one bucket all together.
  std::optional<uint32_t> of(UnitSpan span) {
    const auto bucket = of(span.first);
    return bucket && span.last <= edges_[*bucket + 1] ? bucket : std::nullopt;
  }
  bool meets(UnitSpan span) const { return span.last > edges_.front() && span.first <= edges_.back(); }

  /// Minutes with an edge between their ends: their rows have to be looked at.
  size_t cut_minutes() const {
    size_t cut = 0;
    int64_t previous = INT64_MIN;
    for (const Nanos edge : edges_) {
      const int64_t unit = unit_of(edge);
      if (unit == previous || edge == span_of_unit(unit).last) continue;
      previous = unit;
      ++cut;
    }
    return cut;
  }

 private:
  std::span<const Nanos> edges_;
  uint32_t last_ = 0;
};

}  // namespace sleipnir::storage
