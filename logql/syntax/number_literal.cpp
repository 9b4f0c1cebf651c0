#include "logql/syntax/number_literal.h"

#include <string>

namespace sleipnir::logql {
namespace {

bool is_decimal(char32_t c) { return c >= '0' && c <= '9'; }
char32_t lower(char32_t c) { return c < 0x80 ? c | 0x20 : c; }
bool is_hex(char32_t c) { return is_decimal(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

/// Go's number scanner goes on after a fault to the end of the number, but only the first fault is ever shown.
class NumberScan {
 public:
  explicit NumberScan(TextCursor& cursor) : cursor_(cursor), start_(cursor.offset()) {}

  Result<void> run() {
    if (cursor_.peek() != '.') integer_part();
    if (cursor_.peek() == '.') fraction();
    if (!digits_seen_) fault(name() + " has no digits");
    exponent();
    if (!is_float_ && invalid_digit_) fault(std::string("invalid digit '") + static_cast<char>(invalid_digit_) + "' in " + name());
    if (separators_seen_ && !separators_fine()) fault("'_' must separate successive digits");
    if (!fault_.empty()) return invalid(fault_);
    return {};
  }

 private:
  void integer_part() {
    if (cursor_.peek() == '0') {
      cursor_.next();
      switch (lower(cursor_.peek())) {
        case 'x': prefix_ = 'x'; break;
        case 'o': prefix_ = 'o'; break;
        case 'b': prefix_ = 'b'; break;
        default: prefix_ = '0'; digits_seen_ = true;
      }
      if (prefix_ != '0') cursor_.next();
    }
    digits();
  }

  void fraction() {
    cursor_.next();
    is_float_ = true;
    if (prefix_ == 'o' || prefix_ == 'b') fault("invalid radix point in " + name());
    digits();
  }

  void exponent() {
    const char32_t mark = cursor_.peek(), e = lower(mark);
    if (e != 'e' && e != 'p') {
      if (prefix_ == 'x' && is_float_) fault("hexadecimal mantissa requires a 'p' exponent");
      return;
    }
    const std::string quoted = std::string("'") + static_cast<char>(mark) + "'";
    if (e == 'e' && prefix_ != 0 && prefix_ != '0') fault(quoted + " exponent requires decimal mantissa");
    if (e == 'p' && prefix_ != 'x') fault(quoted + " exponent requires hexadecimal mantissa");
    cursor_.next();
    is_float_ = true;
    if (cursor_.peek() == '+' || cursor_.peek() == '-') cursor_.next();
    bool any = false;
    cursor_.skip_while([&](char32_t c) {
      any |= is_decimal(c);
      separators_seen_ |= c == '_';
      return is_decimal(c) || c == '_';
    });
    if (!any) fault("exponent has no digits");
  }

  void digits() {
    const char32_t limit = prefix_ == 'b' ? '2' : prefix_ == 'o' || prefix_ == '0' ? '8' : '9' + 1;
    cursor_.skip_while([&](char32_t c) {
      const bool digit = prefix_ == 'x' ? is_hex(c) : is_decimal(c);
      if (digit && prefix_ != 'x' && c >= limit && !invalid_digit_) invalid_digit_ = c;
      digits_seen_ |= digit;
      separators_seen_ |= c == '_';
      return digit || c == '_';
    });
  }

  /// Each `_` must stand between digits; a base prefix counts as one.
  bool separators_fine() const {
    const std::string_view text = cursor_.since(start_);
    const bool based = prefix_ && prefix_ != '0';
    auto digit = [&](char c) { return prefix_ == 'x' ? is_hex(c) : is_decimal(c); };
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '_') continue;
      const bool before = i > 0 && (digit(text[i - 1]) || (based && i == 2));
      const bool after = i + 1 < text.size() && digit(text[i + 1]);
      if (!before || !after) return false;
    }
    return true;
  }

  std::string name() const {
    switch (prefix_) {
      case 'x': return "hexadecimal literal";
      case 'o':
      case '0': return "octal literal";
      case 'b': return "binary literal";
      default: return "decimal literal";
    }
  }

  void fault(std::string text) {
    if (fault_.empty()) fault_ = std::move(text);
  }

  TextCursor& cursor_;
  size_t start_;
  char32_t prefix_ = 0;  ///< 0 decimal, '0' octal by a leading zero, else the letter after the zero
  bool digits_seen_ = false, separators_seen_ = false, is_float_ = false;
  char32_t invalid_digit_ = 0;
  std::string fault_;
};

}  // namespace

Result<void> skip_number(TextCursor& cursor) { return NumberScan(cursor).run(); }

}  // namespace sleipnir::logql
