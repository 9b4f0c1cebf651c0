#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sleipnir::api {

/// How long things took, by labels, as one Prometheus histogram. Any thread.
class Histograms {
 public:
  /// Both live as long as this.
  Histograms(std::string_view name, std::string_view help) : name_(name), help_(help) {}

  /// `labels` as they are written: `route="/ready",method="GET"`. They must be few: no client may make one.
  void observe(const std::string& labels, double seconds);
  /// Appends the histogram in Prometheus's text form.
  void append(std::string& out) const;

 private:
  static constexpr std::array<double, 11> kBounds = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30};
  struct Histogram {
    std::array<uint64_t, kBounds.size() + 1> counts{};
    double sum = 0;
  };
  const std::string_view name_, help_;
  mutable std::mutex mutex_;
  std::map<std::string, Histogram> histograms_;
};

}  // namespace sleipnir::api
