#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "logql/template/format.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// Shortest decimal digits d1 d2 d3 … and X of d1.d2d3… × 10^X.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal shortest(double v) {
  std::array<char, 32> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v, std::chars_format::scientific).ptr;
  Decimal d;
  const char* p = buffer.data();
  for (; p < end && *p != 'e'; ++p) {
    if (*p != '.') d.digits += *p;
  }
  std::from_chars(p[1] == '+' ? p + 2 : p + 1, end, d.exponent);
  return d;
}

void append_exponent(std::string& out, char mark, int exponent) {
  char text[16];
  snprintf(text, sizeof text, "%c%c%02d", mark, exponent < 0 ? '-' : '+', std::abs(exponent));
  out += text;
}

std::string scientific(const Decimal& d, char mark) {
  std::string out = d.digits.substr(0, 1);
  if (d.digits.size() > 1) out += '.' + d.digits.substr(1);
  append_exponent(out, mark, d.exponent);
  return out;
}

std::string plain(const Decimal& d) {
  const int point = d.exponent + 1, size = static_cast<int>(d.digits.size());
  if (point <= 0) return "0." + std::string(-point, '0') + d.digits;
  if (point >= size) return d.digits + std::string(point - size, '0');
  return d.digits.substr(0, point) + '.' + d.digits.substr(point);
}

std::string format_shortest(double v, char verb) {
  Decimal d = shortest(v);
  const char mark = verb == 'E' || verb == 'G' ? 'E' : 'e';
  if (verb == 'e' || verb == 'E') return scientific(d, mark);
  // The threshold of Go's %g when no precision is given.
  if ((verb == 'g' || verb == 'G') && (d.exponent < -4 || d.exponent >= 6)) return scientific(d, mark);
  return plain(d);
}

std::string c_format(const char* format, int precision, double v) {
  char buffer[64];
  const int size = snprintf(buffer, sizeof buffer, format, precision, v);
  if (size < static_cast<int>(sizeof buffer)) return {buffer, static_cast<size_t>(size)};
  std::string out(size + 1, '\0');
  snprintf(out.data(), out.size(), format, precision, v);
  out.pop_back();
  return out;
}

/// C writes the binary exponent with as few digits as it can, Go with two at least.
std::string hexadecimal(double v, char verb, int precision) {
  std::string out = precision < 0 ? c_format("%.*a", -1, v) : c_format("%.*a", precision, v);
  const size_t p = out.find('p');
  if (p == std::string::npos) return out;
  int exponent = atoi(out.c_str() + p + 1);
  out.resize(p);
  append_exponent(out, 'p', exponent);
  if (verb == 'X') {
    for (char& c : out) c = static_cast<char>(toupper(c));
  }
  return out;
}

std::string binary(double v) {
  int exponent;
  const double mantissa = std::frexp(v, &exponent);
  char text[64];
  if (v == 0) exponent = -1074 + 53;
  const int shift = std::max(exponent - 53, -1074);
  snprintf(text, sizeof text, "%.0fp%+d", std::ldexp(mantissa, exponent - shift), shift);
  return text;
}

}  // namespace

std::string format_float(double v, char verb, int precision) {
  if (std::isnan(v)) return "NaN";
  if (std::isinf(v)) return v > 0 ? "+Inf" : "-Inf";
  if (verb == 'b') return binary(v);
  if (verb == 'x' || verb == 'X') return hexadecimal(v, verb, precision);
  if (precision < 0) {
    std::string text = format_shortest(std::fabs(v), verb);
    return std::signbit(v) ? '-' + text : text;
  }
  const char format[] = {'%', '.', '*', verb, '\0'};
  return c_format(format, precision, v);
}

}  // namespace sleipnir::logql::gotemplate
