#pragma once
// The functions and methods that templates call. One table a theme; a row is name, parameters, implementation.
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// Go's type of a parameter; it decides which arguments are accepted and what messages say.
enum class Param : uint8_t {
  kAny,     ///< interface{}: nothing arrives as nil
  kValue,   ///< reflect.Value: nothing arrives as nothing
  kString, kInt, kFloat, kTime, kDuration,
};
std::string_view to_string(Param param);  // string, int, time.Time …

/// One call: arguments that fit the parameters, and where results and errors go.
struct Call {
  std::span<const Value> args;
  Arena& arena;
  const TemplateData& data;
  std::string_view callee;  ///< source text of the first argument, for `call`
  std::string error;
  bool failed = false;

  const Value& arg(size_t i) const { return args[i]; }
  size_t size() const { return args.size(); }
  std::string_view text(size_t i) const { return args[i].text(); }
  int64_t integer(size_t i) const { return args[i].integer; }
  const Time& time(size_t i) const { return *args[i].time; }

  Value fail(std::string message);
  Value keep(std::string s) { return arena.text(std::move(s)); }
};

/// Up to four parameters.
struct Params {
  constexpr Params(std::initializer_list<Param> list) {
    for (const Param p : list) items[count++] = p;
  }
  constexpr size_t size() const { return count; }
  constexpr Param operator[](size_t i) const { return items[i]; }
  constexpr Param back() const { return items[count - 1]; }

  std::array<Param, 4> items{};
  uint8_t count = 0;
};

struct Function {
  enum class Special : uint8_t {
    kNone,
    kAnd, kOr,  ///< evaluate their arguments one by one
    kCall,      ///< wants the source text of its first argument
  };

  std::string_view name;
  Params params;
  Value (*run)(Call&) = nullptr;
  bool variadic = false;         ///< the last parameter may come any number of times, or not at all
  Special special = Special::kNone;
  std::string_view refuses = {};  ///< a method that exists but cannot be called: why
};

/// Which functions a template may call.
enum class Dialect : uint8_t {
  kLine,   ///< Go's and Loki's, for line_format and label_format
  kAlert,  ///< Go's and Prometheus's, for the labels and annotations of alerts
};

/// Null where there is none.
const Function* find_function(std::string_view name, Dialect dialect);
/// The method of a time, duration, month or weekday; its first parameter is the receiver.
const Function* find_method(const Value& receiver, std::string_view name);

using FunctionTable = std::span<const Function>;
FunctionTable string_functions();
FunctionTable encoding_functions();
FunctionTable number_functions();
FunctionTable regex_functions();
FunctionTable time_functions();
FunctionTable compare_functions();
FunctionTable collection_functions();
FunctionTable print_functions();
FunctionTable alert_functions();
FunctionTable alert_regex_functions();

FunctionTable time_methods();
FunctionTable duration_methods();
FunctionTable named_int_methods();

/// Longest text that one function may build.
inline constexpr size_t kMaxText = 16 << 20;
inline constexpr std::string_view kTextTooLong = "text is longer than 16 MiB";

}  // namespace sleipnir::logql::gotemplate
