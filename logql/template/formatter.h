#pragma once
#include <string>
#include <string_view>

#include "logql/template/field_writer.h"
#include "logql/template/value.h"

namespace sleipnir::logql::gotemplate {

/// Writes single operands under a verb and flags, as Go's fmt does.
class Formatter : public FieldWriter {
 public:
  using FieldWriter::FieldWriter;
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

  bool erroring_ = false;
};

}  // namespace sleipnir::logql::gotemplate
