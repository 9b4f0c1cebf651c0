#include "rules/series_memory.h"

#include <bit>

namespace sleipnir::rules {

double stale_value() { return std::bit_cast<double>(uint64_t{0x7ff0000000000002}); }

std::vector<VectorSample> SeriesMemory::mark_ended(std::vector<VectorSample> now) {
  std::set<LabelSet> present;
  for (const VectorSample& sample : now) present.insert(sample.labels);
  for (const LabelSet& labels : before_)
    if (!present.contains(labels)) now.push_back({labels, stale_value()});
  before_ = std::move(present);
  return now;
}

}  // namespace sleipnir::rules
