#include <cmath>

#include "base/number.h"
#include "base/time.h"
#include "logql/template/conversion.h"
#include "logql/template/decimal.h"
#include "logql/template/format.h"
#include "logql/template/function.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr Param kA = Param::kAny;

uint64_t bits(const Value& v) { return static_cast<uint64_t>(to_integer(v)); }

Value to_int(Call& c) { return Value::of_int(to_integer(c.arg(0))); }
Value to_float64(Call& c) { return Value::of_float(to_float(c.arg(0))); }

// Integers wrap around.

Value add(Call& c) {
  uint64_t sum = 0;
  for (const Value& v : c.args) sum += bits(v);
  return Value::of_int64(static_cast<int64_t>(sum));
}

Value mul(Call& c) {
  uint64_t product = 1;
  for (const Value& v : c.args) product *= bits(v);
  return Value::of_int64(static_cast<int64_t>(product));
}

Value sub(Call& c) { return Value::of_int64(static_cast<int64_t>(bits(c.arg(0)) - bits(c.arg(1)))); }

Value divide(Call& c, bool remainder) {
  const int64_t a = to_integer(c.arg(0)), b = to_integer(c.arg(1));
  if (b == 0) return c.fail("runtime error: integer divide by zero");
  if (b == -1) return Value::of_int64(remainder ? 0 : static_cast<int64_t>(0 - static_cast<uint64_t>(a)));
  return Value::of_int64(remainder ? a % b : a / b);
}

Value div(Call& c) { return divide(c, false); }
Value mod(Call& c) { return divide(c, true); }

Value max(Call& c) {
  int64_t best = to_integer(c.arg(0));
  for (const Value& v : c.args) best = std::max(best, to_integer(v));
  return Value::of_int64(best);
}

Value min(Call& c) {
  int64_t best = to_integer(c.arg(0));
  for (const Value& v : c.args) best = std::min(best, to_integer(v));
  return Value::of_int64(best);
}

/// Go's math.Max and math.Min: an infinity on the winning side beats NaN, NaN beats the rest, and zeros have signs.
double extreme(double a, double b, double sign) {
  if (sign * a == INFINITY || sign * b == INFINITY) return sign * INFINITY;
  if (std::isnan(a) || std::isnan(b)) return NAN;
  if (a == 0 && b == 0) return std::signbit(a) == (sign < 0) ? a : b;
  return sign * a > sign * b ? a : b;
}

Value extreme_of(Call& c, double sign) {
  double best = to_float(c.arg(0));
  for (const Value& v : c.args.subspan(1)) best = extreme(best, to_float(v), sign);
  return Value::of_float(best);
}

Value maxf(Call& c) { return extreme_of(c, 1); }
Value minf(Call& c) { return extreme_of(c, -1); }

Value ceil(Call& c) { return Value::of_float(std::ceil(to_float(c.arg(0)))); }
Value floor(Call& c) { return Value::of_float(std::floor(to_float(c.arg(0)))); }

/// 10^n by repeated squaring: exact for the powers that a double holds exactly.
double power_of_ten(int64_t n) {
  double result = 1, square = 10;
  for (uint64_t rest = n < 0 ? 0 - static_cast<uint64_t>(n) : n; rest > 0 && std::isfinite(result); rest >>= 1, square *= square) {
    if (rest & 1) result *= square;
  }
  return n < 0 ? 1 / result : result;
}

/// The fraction keeps its sign, so negative numbers are rounded down.
Value round(Call& c) {
  const double threshold = c.size() > 2 ? c.arg(2).number : .5;
  const double power = power_of_ten(c.integer(1)), shifted = power * to_float(c.arg(0));
  double whole;
  const double fraction = std::modf(shifted, &whole);
  return Value::of_float((fraction >= threshold ? std::ceil(shifted) : std::floor(shifted)) / power);
}

using Step = Decimal (*)(const Decimal&, const Decimal&);

/// Folds the arguments from `i` on.
Value fold(Call& c, double start, size_t i, Step step, bool divides = false) {
  const auto refuse = [&](double f) { return c.fail("Cannot create a Decimal from " + format_float(f, 'g', -1)); };
  auto result = Decimal::of(start);
  if (!result) return refuse(start);
  for (; i < c.size(); ++i) {
    const double f = to_float(c.arg(i));
    const auto next = Decimal::of(f);
    if (!next) return refuse(f);
    if (divides && next->is_zero()) return c.fail("decimal division by 0");
    result = step(*result, *next);
    if (result->too_large()) return c.fail("decimal number has too many digits");
  }
  return Value::of_float(result->to_double());
}

Value addf(Call& c) { return fold(c, 0, 0, [](const Decimal& a, const Decimal& b) { return a + b; }); }
Value subf(Call& c) { return fold(c, to_float(c.arg(0)), 1, [](const Decimal& a, const Decimal& b) { return a - b; }); }
Value mulf(Call& c) { return fold(c, to_float(c.arg(0)), 1, [](const Decimal& a, const Decimal& b) { return a * b; }); }
Value divf(Call& c) { return fold(c, to_float(c.arg(0)), 1, [](const Decimal& a, const Decimal& b) { return a / b; }, true); }

Value bytes(Call& c) {
  const auto n = parse_bytes(c.text(0));
  if (!n.ok()) return c.fail(n.error().message);
  return Value::of_float(static_cast<double>(*n));
}

Value duration(Call& c) {
  const auto d = parse_go_duration(c.text(0));
  if (!d.ok()) return c.fail(d.error().message);
  return Value::of_float(static_cast<double>(*d / kSecond) + static_cast<double>(*d % kSecond) / 1e9);
}

constexpr Function kFunctions[] = {
    {"int", {kA}, to_int}, {"float64", {kA}, to_float64},
    {"add", {kA}, add, true}, {"mul", {kA, kA}, mul, true}, {"sub", {kA, kA}, sub}, {"div", {kA, kA}, div}, {"mod", {kA, kA}, mod},
    {"max", {kA, kA}, max, true}, {"min", {kA, kA}, min, true}, {"maxf", {kA, kA}, maxf, true}, {"minf", {kA, kA}, minf, true},
    {"ceil", {kA}, ceil}, {"floor", {kA}, floor}, {"round", {kA, Param::kInt, Param::kFloat}, round, true},
    {"addf", {kA}, addf, true}, {"subf", {kA, kA}, subf, true}, {"mulf", {kA, kA}, mulf, true}, {"divf", {kA, kA}, divf, true},
    {"bytes", {Param::kString}, bytes}, {"duration", {Param::kString}, duration}, {"duration_seconds", {Param::kString}, duration},
};

}  // namespace

FunctionTable number_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
