#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace sleipnir::logql::gotemplate {

/// What stands between `%` and the verb.
struct FormatFlags {
  int width = -1, precision = -1;  ///< -1: absent
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  bool plus_v = false, sharp_v = false;  ///< `%+v`, `%#v`
};

/// Writes numbers and texts with the signs, prefixes, precision and padding that flags ask for, as Go's fmt does (template.md §4).
class FieldWriter {
 public:
  explicit FieldWriter(std::string& out) : out_(out) {}

  FormatFlags flags;

 protected:
  void integer(uint64_t magnitude, bool negative, int base, bool upper, char32_t verb);
  void floating(double f, char verb, int precision);
  void quoted(std::string_view s);
  void hex(std::string_view s, bool upper);
  void rune(char32_t r);
  void quoted_rune(char32_t r);
  void unicode(uint64_t r);
  /// Fills up to the width, counted in code points.
  void pad(std::string_view s);
  void fill(int n);
  /// As many code points as the precision says.
  std::string_view truncate(std::string_view s) const;

  std::string& out_;
};

}  // namespace sleipnir::logql::gotemplate
