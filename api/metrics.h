#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace sleipnir::api {

/// Requests by route, method and status, and how long they took. Any thread.
class HttpMetrics {
 public:
  void observe(std::string_view route, std::string_view method, int status, double seconds);
  /// Appends a histogram in Prometheus's text form.
  void append(std::string& out) const;

 private:
  static constexpr std::array<double, 11> kBounds = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};
  struct Histogram {
    std::array<uint64_t, kBounds.size() + 1> counts{};
    double sum = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, Histogram> histograms_;  // routes are few: no client can make one
};

}  // namespace sleipnir::api
