#pragma once
// A sum of doubles that does not depend on their order: exact, rounded once at the end.
#include <array>
#include <bit>
#include <cstdint>
#include <memory>

namespace sleipnir::logql {

/// Values of ordinary size cost a shift and an addition; others go to digits that span the whole range of double.
class ExactSum {
 public:
  ExactSum() = default;
  ExactSum(const ExactSum& other) : near_(other.near_), far_(other.far_ ? std::make_unique<Far>(*other.far_) : nullptr) {}
  ExactSum(ExactSum&&) = default;
  ExactSum& operator=(ExactSum other) {
    near_ = other.near_;
    far_ = std::move(other.far_);
    return *this;
  }

  void add(double v) {
    const uint64_t bits = std::bit_cast<uint64_t>(v), magnitude = (bits & ((uint64_t{1} << 52) - 1)) | uint64_t{1} << 52;
    const int shift = static_cast<int>(bits >> 52 & 0x7ff) - 1075 + kFraction;
    if (shift < 0 || shift > 63) return add_rarely(v);
    const auto units = static_cast<__int128>(magnitude) << shift;
    __int128 sum;
    if (__builtin_add_overflow(near_, bits >> 63 ? -units : units, &sum)) return add_rarely(v);
    near_ = sum;
  }
  void merge(const ExactSum& other);
  long double value() const;

 private:
  static constexpr int kFraction = 64;  // bits of near_ behind the point
  struct Far {
    std::array<int64_t, 72> digits{};  // base 2^32, the first is worth 2^-1088, up to 2^1216: 2^192 times the greatest double
    double special = 0;                // infinities and NaN

    void add(unsigned __int128 magnitude, int exponent, bool negative);
    /// Brings all digits but the last into [0, 2^32); the last carries the sign.
    void normalise();
  };

  void add_rarely(double v);
  void spill();
  Far& far();

  __int128 near_ = 0;         // in units of 2^-64
  std::unique_ptr<Far> far_;  // the rest; nullptr while near_ is enough
};

}  // namespace sleipnir::logql
