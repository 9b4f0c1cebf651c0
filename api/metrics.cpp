#include "api/metrics.h"

#include <algorithm>

#include "base/number.h"

namespace sleipnir::api {

void Histograms::observe(const std::string& labels, double seconds) {
  const size_t bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  std::lock_guard lock(mutex_);
  Histogram& h = histograms_[labels];
  ++h.counts[bucket];
  h.sum += seconds;
}

void Histograms::append(std::string& out) const {
  const std::string name(name_);
  out += "# HELP " + name + " " + std::string(help_) + "\n# TYPE " + name + " histogram\n";
  std::lock_guard lock(mutex_);
  for (const auto& [labels, h] : histograms_) {
    uint64_t count = 0;
    for (size_t i = 0; i < h.counts.size(); ++i) {
      count += h.counts[i];
      out += name + "_bucket{" + labels + ",le=\"" + (i < kBounds.size() ? format_sample(kBounds[i]) : "+Inf") + "\"} " + std::to_string(count) + "\n";
    }
    out += name + "_sum{" + labels + "} " + format_sample(h.sum) + "\n" + name + "_count{" + labels + "} " + std::to_string(count) + "\n";
  }
}

}  // namespace sleipnir::api
