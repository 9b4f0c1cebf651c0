#pragma once
#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace sleipnir::logql {

/// Walks a text by code points and knows line and column (in code points, from 1) of the next one. A byte that is not UTF-8 counts as
/// one code point. Copying it makes a look-ahead.
class TextCursor {
 public:
  static constexpr char32_t kEof = 0xFFFFFFFF;
  static constexpr char32_t kInvalid = 0xFFFFFFFE;

  explicit TextCursor(std::string_view text) : text_(text) { decode(); }

  char32_t peek() const { return rune_; }
  bool at_end() const { return rune_ == kEof; }
  size_t offset() const { return offset_; }
  uint32_t line() const { return line_; }
  uint32_t col() const { return col_; }
  std::string_view since(size_t start) const { return text_.substr(start, offset_ - start); }

  char32_t next() {
    const char32_t taken = rune_;
    if (taken == kEof) return taken;
    offset_ += width_;
    if (taken == '\n') {
      ++line_;
      col_ = 1;
    } else {
      ++col_;
    }
    decode();
    return taken;
  }

  bool take(char32_t rune) {
    if (rune_ != rune) return false;
    next();
    return true;
  }

  template <class Class>
  void skip_while(Class in_class) {
    while (!at_end() && in_class(peek())) next();
  }

 private:
  void decode() {
    if (offset_ >= text_.size()) {
      rune_ = kEof;
      width_ = 0;
      return;
    }
    width_ = decode_utf8(text_, offset_, rune_);
    if (rune_ == 0xFFFD && width_ == 1) rune_ = kInvalid;
  }

  std::string_view text_;
  size_t offset_ = 0, width_ = 0;
  char32_t rune_ = kEof;
  uint32_t line_ = 1, col_ = 1;
};

}  // namespace sleipnir::logql
