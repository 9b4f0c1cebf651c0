#pragma once
// Cuts template text into items: text outside `{{ }}`, and the tokens inside.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sleipnir::logql::gotemplate {

enum class Token : uint8_t {
  kError, kBool, kChar, kCharConstant, kComplex, kAssign, kDeclare, kEof, kField, kIdentifier, kLeftDelim, kLeftParen, kNumber,
  kPipe, kRawString, kRightDelim, kRightParen, kSpace, kString, kText, kVariable,
  // Words of the language, from here on.
  kBlock, kBreak, kContinue, kDot, kDefine, kElse, kEnd, kIf, kNil, kRange, kTemplate, kWith,
};

struct Item {
  Token type = Token::kEof;
  size_t pos = 0;          ///< byte offset in the template
  std::string_view text;   ///< as written; for kError the message, owned by the lexer
  int line = 1;
  /// As messages show it: `<if>`, `"abc"`, `EOF`, long ones cut after ten code points.
  std::string to_string() const;
};

class Lexer {
 public:
  /// `text` must outlive the lexer and every item.
  explicit Lexer(std::string_view text) : text_(text) {}
  /// The next item; kEof for ever at the end, and kEof after a kError.
  Item next();

 private:
  static constexpr char32_t kEnd = 0xFFFFFFFF;

  Item outside();
  bool left_delim(Item& item);
  bool comment(Item& item);
  Item inside();
  Item right_delim();
  Item space();
  Item word();
  Item field_or_variable(Token type);
  Item number();
  Item quoted(char quote, Token type, std::string_view unterminated);
  Item raw_string();

  bool scan_number();
  bool at_right_delim(bool& trims) const;
  bool at_terminator() const;
  bool starts_with(std::string_view s, size_t ahead = 0) const;
  char32_t peek() const;
  char32_t take();
  bool accept(std::string_view set);
  void accept_run(std::string_view set);
  void skip_spaces();
  void ignore();
  Item emit(Token type);
  Item fail(std::string message);

  std::string_view text_;
  size_t pos_ = 0, start_ = 0;
  int line_ = 1, start_line_ = 1, parens_ = 0;
  bool inside_ = false;
  std::string error_;
};

}  // namespace sleipnir::logql::gotemplate
