#pragma once
// A sum of doubles that does not depend on their order: exact, rounded once at the end.
#include <cstdint>
#include <vector>

namespace sleipnir::logql {

/// Values of ordinary size cost a shift and an addition; others go to digits that span the whole range of double.
class ExactSum {
 public:
  void add(double v);
  void merge(const ExactSum& other);
  long double value() const;

 private:
  static constexpr int kFraction = 64;  // bits of near_ behind the point

  void add_digits(unsigned __int128 magnitude, int exponent, bool negative);
  void spill();

  __int128 near_ = 0;            // in units of 2^-64
  std::vector<int64_t> digits_;  // base 2^32, the first is worth 2^-1088; empty while near_ is enough
  double special_ = 0;           // infinities and NaN
};

}  // namespace sleipnir::logql
