#pragma once
#include <boost/multiprecision/cpp_int.hpp>
#include <optional>

namespace sleipnir::logql::gotemplate {

/// An exact decimal number: coefficient × 10^exponent.
class Decimal {
 public:
  /// The shortest decimal that reads back as `v`; nullopt for NaN and infinities.
  static std::optional<Decimal> of(double v);

  Decimal operator+(const Decimal& o) const;
  Decimal operator-(const Decimal& o) const;
  Decimal operator*(const Decimal& o) const { return {coefficient_ * o.coefficient_, exponent_ + o.exponent_}; }
  /// To 16 decimal places, half away from zero. `o` must not be zero.
  Decimal operator/(const Decimal& o) const;

  bool is_zero() const { return coefficient_.is_zero(); }
  /// More digits than any sensible computation has.
  bool too_large() const;
  double to_double() const;

 private:
  using Integer = boost::multiprecision::cpp_int;
  Decimal(Integer coefficient, int64_t exponent) : coefficient_(std::move(coefficient)), exponent_(exponent) {}
  Integer scaled_to(int64_t exponent) const;

  Integer coefficient_;
  int64_t exponent_ = 0;
};

}  // namespace sleipnir::logql::gotemplate
