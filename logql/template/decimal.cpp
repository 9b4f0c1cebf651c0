#include "logql/template/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace sleipnir::logql::gotemplate {
namespace {

constexpr int64_t kDivisionPlaces = 16;
constexpr unsigned kMaxBits = 200'000;

}  // namespace

std::optional<Decimal> Decimal::of(double v) {
  if (!std::isfinite(v)) return std::nullopt;
  char text[40];
  const char* const end = std::to_chars(text, text + sizeof text, v, std::chars_format::scientific).ptr;
  int64_t digits = 0, places = 0, exponent = 0;
  bool fraction = false;
  const char* p = text + (text[0] == '-');
  for (; p < end && *p != 'e'; ++p) {
    if (*p == '.') {
      fraction = true;
      continue;
    }
    digits = digits * 10 + (*p - '0');
    places += fraction;
  }
  std::from_chars(p[1] == '+' ? p + 2 : p + 1, end, exponent);
  return Decimal(Integer(text[0] == '-' ? -digits : digits), exponent - places);
}

Decimal::Integer Decimal::scaled_to(int64_t exponent) const {
  return coefficient_ * boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent_ - exponent));
}

Decimal Decimal::operator+(const Decimal& o) const {
  const int64_t exponent = std::min(exponent_, o.exponent_);
  return {scaled_to(exponent) + o.scaled_to(exponent), exponent};
}

Decimal Decimal::operator-(const Decimal& o) const {
  const int64_t exponent = std::min(exponent_, o.exponent_);
  return {scaled_to(exponent) - o.scaled_to(exponent), exponent};
}

Decimal Decimal::operator/(const Decimal& o) const {
  // quotient × 10^-16 = a × 10^ea / (b × 10^eb), so scale by 10^(ea - eb + 16).
  const int64_t scale = exponent_ - o.exponent_ + kDivisionPlaces;
  const Integer power = boost::multiprecision::pow(Integer(10), static_cast<unsigned>(std::abs(scale)));
  const Integer dividend = scale >= 0 ? Integer(coefficient_ * power) : coefficient_;
  const Integer divisor = scale < 0 ? Integer(o.coefficient_ * power) : o.coefficient_;
  Integer quotient, remainder;
  boost::multiprecision::divide_qr(dividend, divisor, quotient, remainder);
  if (abs(remainder) * 2 >= abs(divisor)) quotient += (coefficient_ < 0) != (o.coefficient_ < 0) ? -1 : 1;
  return {std::move(quotient), -kDivisionPlaces};
}

bool Decimal::too_large() const {
  return std::abs(exponent_) > kMaxBits || (!is_zero() && msb(abs(coefficient_)) > kMaxBits);
}

double Decimal::to_double() const {
  const std::string text = coefficient_.str() + 'e' + std::to_string(exponent_);
  return std::strtod(text.c_str(), nullptr);
}

}  // namespace sleipnir::logql::gotemplate
