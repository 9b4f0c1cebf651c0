#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// What stands between `%` and the verb.
struct FormatFlags {
  int width = -1, precision = -1;  ///< -1: absent
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  bool plus_v = false, sharp_v = false;  ///< `%+v`, `%#v`
};

/// Writes single operands under a verb and flags, as Go's fmt does.
class Formatter {
 public:
  explicit Formatter(std::string& out) : out_(out) {}

  FormatFlags flags;
  void print(const Value& v, char32_t verb);

 private:
  void print_bool(const Value& v, char32_t verb);
  void print_integer(const Value& v, char32_t verb);
  void print_float(double f, char32_t verb);
  void print_complex(const Value& v, char32_t verb);
  void print_text(const Value& v, std::string_view s, char32_t verb);
  void print_list(const Value& v, char32_t verb);
  void print_map(const Value& v, char32_t verb);
  void print_none(const Value& v, char32_t verb);
  void print_element(const Value& v, char32_t verb);
  void bad_verb(const Value& v, char32_t verb);

  void integer(uint64_t magnitude, bool negative, int base, bool upper, char32_t verb);
  void floating(double f, char verb, int precision);
  void quoted(std::string_view s);
  void hex(std::string_view s, bool upper);
  void rune(char32_t r);
  void quoted_rune(char32_t r);
  void unicode(uint64_t r);
  void pad(std::string_view s);
  void fill(int n);
  std::string_view truncate(std::string_view s) const;

  std::string& out_;
  bool erroring_ = false;
};

}  // namespace sleipnir::logql::gotemplate
