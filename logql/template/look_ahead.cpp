// Out of line: what the parser's functions keep of items on the stack counts a thousand times over in a deep template.
#include "logql/template/look_ahead.h"

namespace sleipnir::logql::gotemplate {

Item LookAhead::next() {
  if (back_ > 0) --back_;
  else items_[0] = lexer_.next();
  return items_[back_];
}

const Item& LookAhead::peek() {
  if (back_ > 0) return items_[back_ - 1];
  back_ = 1;
  return items_[0] = lexer_.next();
}

Item LookAhead::next_non_space() {
  for (;;) {
    const Item item = next();
    if (item.type != Token::kSpace) return item;
  }
}

Item LookAhead::peek_non_space() {
  const Item item = next_non_space();
  back_up();
  return item;
}

void LookAhead::back_up(const Item& first) {
  items_[1] = first;
  back_ = 2;
}

void LookAhead::back_up(const Item& first, const Item& second) {
  items_[2] = first;
  items_[1] = second;
  back_ = 3;
}

}  // namespace sleipnir::logql::gotemplate
