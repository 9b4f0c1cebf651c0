#pragma once
#include <set>
#include <vector>

#include "rules/query.h"

namespace sleipnir::rules {

/// Prometheus's mark at the end of a series: a NaN with these bits.
double stale_value();

/// Which series a rule wrote last. One thread at a time.
class SeriesMemory {
 public:
  /// `now`, and a stale mark for each series that was there before and is not any more.
  std::vector<VectorSample> mark_ended(std::vector<VectorSample> now);

 private:
  std::set<LabelSet> before_;
};

}  // namespace sleipnir::rules
