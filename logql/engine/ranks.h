#pragma once
#include <span>
#include <utility>
#include <vector>

namespace sleipnir::logql {

/// Finds the values that stand at a rank of all values in ascending order. Keeps room to work in from call to call. One thread.
class Ranks {
 public:
  /// The values of ranks `rank` and `rank` + 1 (the same twice where `rank` is the last) of the values of all pieces; NaNs come before all numbers.
  /// O(values), about a nanosecond each where they are many.
  std::pair<double, double> at(size_t rank, std::span<const std::span<const double>> pieces);

 private:
  /// Bounds between which ranks near `rank` probably lie.
  std::pair<double, double> guess(size_t rank, size_t count, std::span<const std::span<const double>> pieces);
  std::pair<double, double> of_all(size_t rank, size_t count, std::span<const std::span<const double>> pieces);

  std::vector<double> sample_, room_;
};

}  // namespace sleipnir::logql
