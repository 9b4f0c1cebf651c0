#include "api/metrics.h"

#include <algorithm>

#include "base/number.h"

namespace sleipnir::api {

void HttpMetrics::observe(std::string_view route, std::string_view method, int status, double seconds) {
  const size_t bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  // Only known methods get this far with a route; anything else shares one name.
  std::lock_guard lock(mutex_);
  Histogram& h = histograms_[{std::string(route.empty() ? "other" : route), std::string(route.empty() ? "" : method), status}];
  ++h.counts[bucket];
  h.sum += seconds;
}

void HttpMetrics::append(std::string& out) const {
  const std::string name = "sleipnir_request_duration_seconds";
  out += "# HELP " + name + " Time to answer HTTP requests.\n# TYPE " + name + " histogram\n";
  std::lock_guard lock(mutex_);
  for (const auto& [key, h] : histograms_) {
    const auto& [route, method, status] = key;
    const std::string labels = "route=\"" + route + "\",method=\"" + method + "\",status_code=\"" + std::to_string(status) + "\"";
    uint64_t count = 0;
    for (size_t i = 0; i < h.counts.size(); ++i) {
      count += h.counts[i];
      out += name + "_bucket{" + labels + ",le=\"" + (i < kBounds.size() ? format_sample(kBounds[i]) : "+Inf") + "\"} " + std::to_string(count) + "\n";
    }
    out += name + "_sum{" + labels + "} " + format_sample(h.sum) + "\n" + name + "_count{" + labels + "} " + std::to_string(count) + "\n";
  }
}

}  // namespace sleipnir::api
