#pragma once
// What templates compute with.
#include <complex>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logql/template/template.h"

namespace sleipnir::logql::gotemplate {

struct Value;
struct Time;

enum class Kind : uint8_t {
  kInvalid,  ///< no value at all
  kNil,      ///< the nil of an interface: JSON null, a missing key of a nested map
  kBool, kInt, kByte, kFloat, kComplex, kString, kList, kMap,
  kLabels,   ///< the map of all labels, which `.` is
  kTime,
};

/// Go's integer types that a template can meet; the named ones print as text.
enum class IntType : uint8_t { kInt, kInt64, kDuration, kMonth, kWeekday };

struct List { const Value* items; size_t size; };
using Map = std::vector<std::pair<std::string_view, Value>>;  ///< sorted by key

/// A small copyable value. Text, lists, maps and times belong to the execution's Arena, the template or the row.
struct Value {
  Kind kind = Kind::kInvalid;
  IntType int_type = IntType::kInt;
  bool boxed = false;  ///< an element of a map or list of any: messages name its static type, `interface {}`
  union {
    bool boolean;
    int64_t integer = 0;  ///< kInt, kByte
    double number;
    struct { double real, imaginary; } complex;
    struct { const char* data; size_t size; } text_;
    List list;
    const Map* map;
    const TemplateData* labels;
    const Time* time;
  };

  static Value of_bool(bool b) { Value v; v.kind = Kind::kBool; v.boolean = b; return v; }
  static Value of_int(int64_t i, IntType type = IntType::kInt) { Value v; v.kind = Kind::kInt; v.int_type = type; v.integer = i; return v; }
  static Value of_int64(int64_t i) { return of_int(i, IntType::kInt64); }
  static Value of_byte(uint8_t b) { Value v; v.kind = Kind::kByte; v.integer = b; return v; }
  static Value of_float(double f) { Value v; v.kind = Kind::kFloat; v.number = f; return v; }
  static Value of_complex(std::complex<double> c) { Value v; v.kind = Kind::kComplex; v.complex = {c.real(), c.imag()}; return v; }
  static Value of_text(std::string_view s) { Value v; v.kind = Kind::kString; v.text_ = {s.data(), s.size()}; return v; }
  static Value of_list(List list) { Value v; v.kind = Kind::kList; v.list = list; return v; }
  static Value of_map(const Map* map) { Value v; v.kind = Kind::kMap; v.map = map; return v; }
  static Value of_labels(const TemplateData* labels) { Value v; v.kind = Kind::kLabels; v.labels = labels; return v; }
  static Value of_time(const Time* time) { Value v; v.kind = Kind::kTime; v.time = time; return v; }
  static Value nil() { Value v; v.kind = Kind::kNil; v.boxed = true; return v; }

  std::string_view text() const { return {text_.data, text_.size}; }
  bool valid() const { return kind != Kind::kInvalid; }
  bool none() const { return kind == Kind::kInvalid || kind == Kind::kNil; }
  bool is(Kind k) const { return kind == k; }
};

/// Owns what the values of one execution point to, until it ends. Bounded: once `full`, the execution must stop.
class Arena {
 public:
  static constexpr size_t kMaxBytes = 64 << 20;

  std::string_view keep(std::string text);
  Value text(std::string s) { return Value::of_text(keep(std::move(s))); }
  List keep(std::vector<Value> items);
  const Map* keep(Map map);
  const Time* keep(Time time);
  bool full() const { return bytes_ > kMaxBytes; }

  Arena();
  ~Arena();

 private:
  struct Store;
  std::unique_ptr<Store> store_;
  size_t bytes_ = 0;
};

/// `if`, `and`, `or`, `not`: false are false, 0, "", an empty list or map, nil and nothing.
bool truth(const Value& v);

/// Go's name of the dynamic type: `string`, `int64`, `map[string]interface {}`; `<nil>` for none.
std::string_view type_name(const Value& v);
/// The same, but `interface {}` for a boxed value.
std::string_view static_type_name(const Value& v);

/// The value under a key: kInvalid where there is none.
Value find(const Map& map, std::string_view key);
size_t size_of_labels(const TemplateData& labels);

}  // namespace sleipnir::logql::gotemplate
