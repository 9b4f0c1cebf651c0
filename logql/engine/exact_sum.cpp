#include "logql/engine/exact_sum.h"

#include <algorithm>
#include <cmath>

namespace sleipnir::logql {

namespace {
constexpr int kLowest = -1088;  // exponent of the first digit: below the smallest subnormal, a multiple of 32
}  // namespace

void ExactSum::Far::normalise() {
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    digits[i + 1] += digits[i] >> 32;
    digits[i] &= 0xffffffff;
  }
}

void ExactSum::Far::add(unsigned __int128 magnitude, int exponent, bool negative) {
  size_t digit = static_cast<size_t>(exponent - kLowest) / 32;
  const int shift = (exponent - kLowest) % 32;
  uint64_t carry = 0;
  for (; magnitude != 0 || carry != 0; ++digit) {
    const uint64_t shifted = (static_cast<uint64_t>(magnitude & 0xffffffff) << shift) + carry;
    magnitude >>= 32;
    carry = shifted >> 32;
    const auto part = static_cast<int64_t>(shifted & 0xffffffff);
    digits[digit] += negative ? -part : part;
  }
  normalise();
}

ExactSum::Far& ExactSum::far() {
  if (!far_) far_ = std::make_unique<Far>();
  return *far_;
}

void ExactSum::add_rarely(double v) {
  const uint64_t bits = std::bit_cast<uint64_t>(v);
  const int biased = static_cast<int>(bits >> 52 & 0x7ff);
  if (biased == 0x7ff) {
    far().special += v;
    return;
  }
  uint64_t magnitude = (bits & ((uint64_t{1} << 52) - 1)) | (biased ? uint64_t{1} << 52 : 0);
  if (magnitude == 0) return;
  const int zeros = std::countr_zero(magnitude);
  magnitude >>= zeros;
  const int exponent = (biased ? biased : 1) - 1075 + zeros;
  const bool negative = bits >> 63;
  const int shift = exponent + kFraction;
  if (shift >= 0 && shift + 64 - std::countl_zero(magnitude) < 120) {
    const auto units = static_cast<__int128>(magnitude) << shift;
    __int128 sum;
    if (!__builtin_add_overflow(near_, negative ? -units : units, &sum)) {
      near_ = sum;
      return;
    }
    spill();
  }
  far().add(magnitude, exponent, negative);
}

void ExactSum::merge(const ExactSum& other) {
  __int128 sum;
  if (__builtin_add_overflow(near_, other.near_, &sum)) {
    spill();
    sum = other.near_;
  }
  near_ = sum;
  if (!other.far_) return;
  far().special += other.far_->special;
  for (size_t i = 0; i < far_->digits.size(); ++i) far_->digits[i] += other.far_->digits[i];
  far_->normalise();
}

void ExactSum::spill() {
  const bool negative = near_ < 0;
  far().add(negative ? -static_cast<unsigned __int128>(near_) : static_cast<unsigned __int128>(near_), -kFraction, negative);
  near_ = 0;
}

long double ExactSum::value() const {
  if (!far_) return std::ldexp(static_cast<long double>(near_), -kFraction);
  if (far_->special != 0) return far_->special;
  ExactSum all = *this;
  all.spill();
  auto& digits = all.far_->digits;
  const bool negative = digits.back() < 0;
  if (negative) {
    for (int64_t& digit : digits) digit = -digit;
    all.far_->normalise();
  }
  long double sum = 0;
  for (size_t i = digits.size(); i-- > 0;) sum += std::ldexp(static_cast<long double>(digits[i]), static_cast<int>(i) * 32 + kLowest);
  return negative ? -sum : sum;
}

}  // namespace sleipnir::logql
