#pragma once
#include "logql/template/lexer.h"

namespace sleipnir::logql::gotemplate {

/// The items of a lexer, of which up to three can be taken back. A parser of its own on the same lexer may go on where none is taken back.
class LookAhead {
 public:
  explicit LookAhead(Lexer& lexer) : lexer_(lexer) {}

  Item next();
  const Item& peek();
  Item next_non_space();
  /// Blanks before it are gone.
  Item peek_non_space();

  /// Takes back the item that next() returned last; and one or two that came before it, `first` first.
  void back_up() { ++back_; }
  void back_up(const Item& first);
  void back_up(const Item& first, const Item& second);

  /// What next() returned last; and the one that the lexer has read last.
  const Item& current() const { return items_[back_]; }
  const Item& newest() const { return items_[0]; }

 private:
  Lexer& lexer_;
  Item items_[3];  ///< the newest first
  int back_ = 0;   ///< so many of them were taken back
};

}  // namespace sleipnir::logql::gotemplate
