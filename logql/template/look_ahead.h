#pragma once
#include "logql/template/lexer.h"

namespace sleipnir::logql::gotemplate {

/// The items of a lexer, of which up to three can be taken back. A parser of its own on the same lexer may go on where none is taken back.
class LookAhead {
 public:
  explicit LookAhead(Lexer& lexer) : lexer_(lexer) {}

  Item next() {
    if (back_ > 0) --back_;
    else items_[0] = lexer_.next();
    return items_[back_];
  }
  const Item& peek() {
    if (back_ > 0) return items_[back_ - 1];
    back_ = 1;
    return items_[0] = lexer_.next();
  }
  Item next_non_space() {
    for (;;) {
      const Item item = next();
      if (item.type != Token::kSpace) return item;
    }
  }
  /// Blanks before it are gone.
  Item peek_non_space() {
    const Item item = next_non_space();
    back_up();
    return item;
  }

  /// Takes back the item that next() returned last; and one or two that came before it, `first` first.
  void back_up() { ++back_; }
  void back_up(const Item& first) {
    items_[1] = first;
    back_ = 2;
  }
  void back_up(const Item& first, const Item& second) {
    items_[2] = first;
    items_[1] = second;
    back_ = 3;
  }

  /// What next() returned last; and the one that the lexer has read last.
  const Item& current() const { return items_[back_]; }
  const Item& newest() const { return items_[0]; }

 private:
  Lexer& lexer_;
  Item items_[3];  ///< the newest first
  int back_ = 0;   ///< so many of them were taken back
};

}  // namespace sleipnir::logql::gotemplate
