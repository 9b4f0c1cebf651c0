#include <optional>

#include "logql/template/format.h"
#include "logql/template/function.h"
#include "logql/template/gotime.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr Param kV = Param::kValue;

/// Values of one class compare; integers do so whether signed or not.
enum class Class : uint8_t { kNone, kBool, kInteger, kFloat, kComplex, kString };

Class class_of(const Value& v) {
  switch (v.kind) {
    case Kind::kBool: return Class::kBool;
    case Kind::kInt: case Kind::kByte: return Class::kInteger;
    case Kind::kFloat: return Class::kFloat;
    case Kind::kComplex: return Class::kComplex;
    case Kind::kString: return Class::kString;
    default: return Class::kNone;
  }
}

std::string incompatible(const Value& a, const Value& b) {
  return "incompatible types for comparison: " + std::string(type_name(a)) + " and " + std::string(type_name(b));
}

std::string as_text(const Value& v, std::string_view verb = "%s") {
  std::string out;
  append_printf(out, verb, std::span(&v, 1), kMaxText);
  return out;
}

/// Values of no class: nothing equals nothing, times compare, lists and maps do not. nullopt after a failure.
std::optional<bool> equal_others(Call& c, const Value& a, const Value& b) {
  if (a.none() || b.none()) return a.none() == b.none();
  const bool same_kind = a.kind == b.kind || (a.is(Kind::kMap) && b.is(Kind::kLabels)) || (a.is(Kind::kLabels) && b.is(Kind::kMap));
  if (!same_kind) {
    c.fail("non-comparable types " + as_text(a) + ": " + std::string(type_name(a)) + ", " + std::string(type_name(b)) + ": " + as_text(b, "%v"));
    return std::nullopt;
  }
  if (b.is(Kind::kTime)) return *a.time == *b.time && a.time->zone == b.time->zone;
  c.fail("non-comparable type " + as_text(b) + ": " + std::string(type_name(b)));
  return std::nullopt;
}

std::optional<bool> equal(Call& c, const Value& a, const Value& b) {
  if (class_of(a) != class_of(b)) {
    if (a.none() || b.none()) return false;
    c.fail(incompatible(a, b));
    return std::nullopt;
  }
  switch (class_of(a)) {
    case Class::kBool: return a.boolean == b.boolean;
    case Class::kInteger: return a.integer == b.integer;
    case Class::kFloat: return a.number == b.number;
    case Class::kComplex: return a.complex.real == b.complex.real && a.complex.imaginary == b.complex.imaginary;
    case Class::kString: return a.text() == b.text();
    case Class::kNone: break;
  }
  return equal_others(c, a, b);
}

std::optional<bool> less(Call& c, const Value& a, const Value& b) {
  const Class of_a = class_of(a), of_b = class_of(b);
  if (of_a != Class::kNone && of_b != Class::kNone && of_a != of_b) {
    c.fail(incompatible(a, b));
    return std::nullopt;
  }
  if (of_a == of_b) {
    if (of_a == Class::kInteger) return a.integer < b.integer;
    if (of_a == Class::kFloat) return a.number < b.number;
    if (of_a == Class::kString) return a.text() < b.text();
  }
  c.fail("invalid type for comparison");
  return std::nullopt;
}

Value eq(Call& c) {
  if (c.size() < 2) return c.fail("missing argument for comparison");
  for (size_t i = 1; i < c.size(); ++i) {
    const auto same = equal(c, c.arg(0), c.arg(i));
    if (!same) return {};
    if (*same) return Value::of_bool(true);
  }
  return Value::of_bool(false);
}

Value ne(Call& c) {
  const auto same = equal(c, c.arg(0), c.arg(1));
  return same ? Value::of_bool(!*same) : Value{};
}

Value lt(Call& c) {
  const auto is_less = less(c, c.arg(0), c.arg(1));
  return is_less ? Value::of_bool(*is_less) : Value{};
}

/// Less or equal, so that NaN is neither.
std::optional<bool> less_or_equal(Call& c) {
  const auto is_less = less(c, c.arg(0), c.arg(1));
  if (!is_less || *is_less) return is_less;
  return equal(c, c.arg(0), c.arg(1));
}

Value le(Call& c) {
  const auto result = less_or_equal(c);
  return result ? Value::of_bool(*result) : Value{};
}

Value gt(Call& c) {
  const auto result = less_or_equal(c);
  return result ? Value::of_bool(!*result) : Value{};
}

Value ge(Call& c) {
  const auto is_less = less(c, c.arg(0), c.arg(1));
  return is_less ? Value::of_bool(!*is_less) : Value{};
}

Value negate(Call& c) { return Value::of_bool(!truth(c.arg(0))); }

constexpr Function kFunctions[] = {
    {"and", {kV, kV}, nullptr, true, Function::Special::kAnd}, {"or", {kV, kV}, nullptr, true, Function::Special::kOr}, {"not", {kV}, negate},
    {"eq", {kV, kV}, eq, true}, {"ne", {kV, kV}, ne}, {"lt", {kV, kV}, lt}, {"le", {kV, kV}, le}, {"gt", {kV, kV}, gt}, {"ge", {kV, kV}, ge},
};

}  // namespace

FunctionTable compare_functions() { return kFunctions; }

}  // namespace sleipnir::logql::gotemplate
