#include "logql/engine/exact_sum.h"

#include <bit>
#include <cmath>

namespace sleipnir::logql {

namespace {

constexpr int kLowest = -1088;  // exponent of the first digit: below the smallest subnormal, a multiple of 32
constexpr size_t kDigits = 72;  // up to 2^1216: 2^192 times the greatest double

/// Brings all digits but the last into [0, 2^32); the last carries the sign.
void normalise(std::vector<int64_t>& digits) {
  for (size_t i = 0; i + 1 < digits.size(); ++i) {
    digits[i + 1] += digits[i] >> 32;
    digits[i] &= 0xffffffff;
  }
}

}  // namespace

void ExactSum::add(double v) {
  const uint64_t bits = std::bit_cast<uint64_t>(v);
  const int biased = static_cast<int>(bits >> 52 & 0x7ff);
  if (biased == 0x7ff) {
    special_ += v;
    return;
  }
  uint64_t magnitude = (bits & ((uint64_t{1} << 52) - 1)) | (biased ? uint64_t{1} << 52 : 0);
  if (magnitude == 0) return;
  int exponent = (biased ? biased : 1) - 1075;
  const int zeros = std::countr_zero(magnitude);
  magnitude >>= zeros;
  exponent += zeros;
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
  add_digits(magnitude, exponent, negative);
}

void ExactSum::merge(const ExactSum& other) {
  special_ += other.special_;
  __int128 sum;
  if (__builtin_add_overflow(near_, other.near_, &sum)) {
    spill();
    sum = other.near_;
  }
  near_ = sum;
  if (other.digits_.empty()) return;
  if (digits_.empty()) digits_.assign(kDigits, 0);
  for (size_t i = 0; i < kDigits; ++i) digits_[i] += other.digits_[i];
  normalise(digits_);
}

void ExactSum::spill() {
  const bool negative = near_ < 0;
  const auto magnitude = negative ? -static_cast<unsigned __int128>(near_) : static_cast<unsigned __int128>(near_);
  add_digits(magnitude, -kFraction, negative);
  near_ = 0;
}

void ExactSum::add_digits(unsigned __int128 magnitude, int exponent, bool negative) {
  if (digits_.empty()) digits_.assign(kDigits, 0);
  size_t digit = static_cast<size_t>(exponent - kLowest) / 32;
  const int shift = (exponent - kLowest) % 32;
  uint64_t carry = 0;
  for (; magnitude != 0 || carry != 0; ++digit) {
    const uint64_t shifted = (static_cast<uint64_t>(magnitude & 0xffffffff) << shift) + carry;
    magnitude >>= 32;
    carry = shifted >> 32;
    const auto part = static_cast<int64_t>(shifted & 0xffffffff);
    digits_[digit] += negative ? -part : part;
  }
  normalise(digits_);
}

long double ExactSum::value() const {
  if (special_ != 0) return special_;
  if (digits_.empty()) return std::ldexp(static_cast<long double>(near_), -kFraction);
  ExactSum all = *this;
  all.spill();
  const bool negative = all.digits_.back() < 0;
  if (negative) {
    for (int64_t& digit : all.digits_) digit = -digit;
    normalise(all.digits_);
  }
  long double sum = 0;
  for (size_t i = kDigits; i-- > 0;) sum += std::ldexp(static_cast<long double>(all.digits_[i]), static_cast<int>(i) * 32 + kLowest);
  return negative ? -sum : sum;
}

}  // namespace sleipnir::logql
