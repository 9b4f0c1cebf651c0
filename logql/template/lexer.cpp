#include "logql/template/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "logql/template/runes.h"

namespace sleipnir::logql::gotemplate {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

constexpr std::array<std::pair<std::string_view, Token>, 11> kWords{{
    {"block", Token::kBlock}, {"break", Token::kBreak}, {"continue", Token::kContinue}, {"define", Token::kDefine},
    {"else", Token::kElse}, {"end", Token::kEnd}, {"if", Token::kIf}, {"range", Token::kRange}, {"nil", Token::kNil},
    {"template", Token::kTemplate}, {"with", Token::kWith},
}};

bool is_blank(char32_t r) { return r == ' ' || r == '\t' || r == '\r' || r == '\n'; }

bool trims_left(std::string_view s) { return s.size() >= 2 && s[0] == '-' && is_blank(static_cast<unsigned char>(s[1])); }
bool trims_right(std::string_view s) { return s.size() >= 2 && is_blank(static_cast<unsigned char>(s[0])) && s[1] == '-'; }

int newlines(std::string_view s) { return static_cast<int>(std::count(s.begin(), s.end(), '\n')); }

}  // namespace

std::string Item::to_string() const {
  if (type == Token::kEof) return "EOF";
  if (type == Token::kError) return std::string(text);
  if (type >= Token::kBlock) return '<' + std::string(text) + '>';
  if (text.size() <= 10) return go_quote(text);
  size_t end = 0;
  char32_t rune;
  for (int n = 0; n < 10 && end < text.size(); ++n) end += decode_utf8(text, end, rune);
  return go_quote(text.substr(0, end)) + "...";
}

Item Lexer::next() { return inside_ ? inside() : outside(); }

Item Lexer::outside() {
  for (;;) {
    const size_t delim = text_.find("{{", pos_);
    if (delim == std::string_view::npos) {
      pos_ = text_.size();
      line_ += newlines(text_.substr(start_));
      return emit(pos_ > start_ ? Token::kText : Token::kEof);
    }
    size_t end = delim;
    if (trims_left(text_.substr(delim + 2))) {
      while (end > start_ && is_blank(static_cast<unsigned char>(text_[end - 1]))) --end;
    }
    if (delim > pos_) {
      pos_ = end;
      line_ += newlines(text_.substr(start_, end - start_));
      Item item = emit(Token::kText);
      pos_ = delim;
      ignore();
      if (!item.text.empty()) return item;
    }
    Item item;
    if (left_delim(item)) return item;
  }
}

/// False where the delimiter began a comment, which yields nothing.
bool Lexer::left_delim(Item& item) {
  pos_ += 2;
  const size_t marker = trims_left(text_.substr(pos_)) ? 2 : 0;
  if (starts_with("/*", marker)) {
    pos_ += marker;
    ignore();
    return comment(item);
  }
  item = emit(Token::kLeftDelim);
  inside_ = true;
  pos_ += marker;
  ignore();
  parens_ = 0;
  return true;
}

bool Lexer::comment(Item& item) {
  const size_t close = text_.find("*/", pos_ + 2);
  if (close == std::string_view::npos) return item = fail("unclosed comment"), true;
  pos_ = close + 2;
  bool trims = false;
  if (!at_right_delim(trims)) return item = fail("comment ends before closing delimiter"), true;
  pos_ += trims ? 4 : 2;
  if (trims) skip_spaces();
  ignore();
  return false;
}

Item Lexer::right_delim() {
  bool trims = false;
  at_right_delim(trims);
  if (trims) {
    pos_ += 2;
    ignore();
  }
  pos_ += 2;
  Item item = emit(Token::kRightDelim);
  if (trims) {
    skip_spaces();
    ignore();
  }
  inside_ = false;
  return item;
}

Item Lexer::inside() {
  bool trims = false;
  if (at_right_delim(trims)) return parens_ == 0 ? right_delim() : fail("unclosed left paren");
  const char32_t r = peek();
  if (r == kEnd) return fail("unclosed action");
  if (is_blank(r)) return space();
  if (r == '+' || r == '-' || (r >= '0' && r <= '9')) return number();
  if (r == '.' && pos_ + 1 < text_.size() && text_[pos_ + 1] >= '0' && text_[pos_ + 1] <= '9') return number();
  if (is_word(r)) return word();
  take();
  switch (r) {
    case '=': return emit(Token::kAssign);
    case ':':
      if (peek() != '=') {
        take();
        return fail("expected :=");
      }
      take();
      return emit(Token::kDeclare);
    case '|': return emit(Token::kPipe);
    case '"': return quoted('"', Token::kString, "unterminated quoted string");
    case '\'': return quoted('\'', Token::kCharConstant, "unterminated character constant");
    case '`': return raw_string();
    case '$': return field_or_variable(Token::kVariable);
    case '.':
      // A dot that ends the text starts a number, and a bad one.
      if (pos_ < text_.size()) return field_or_variable(Token::kField);
      --pos_;
      return number();
    case '(': ++parens_; return emit(Token::kLeftParen);
    case ')': return --parens_ < 0 ? fail("unexpected right paren") : emit(Token::kRightParen);
    default: break;
  }
  if (r < 0x80 && is_printable(r)) return emit(Token::kChar);
  return fail("unrecognized character in action: " + unicode_name(r, true));
}

Item Lexer::space() {
  int blanks = 0;
  while (is_blank(peek())) {
    take();
    ++blanks;
  }
  // The last blank may belong to a closing ` -}}`.
  if (trims_right(text_.substr(pos_ - 1)) && starts_with("}}", 1)) {
    --pos_;
    if (text_[pos_] == '\n') --line_;
    if (blanks == 1) return right_delim();
  }
  return emit(Token::kSpace);
}

Item Lexer::word() {
  while (is_word(peek())) take();
  const std::string_view word = text_.substr(start_, pos_ - start_);
  if (!at_terminator()) return fail("bad character " + unicode_name(peek(), true));
  for (const auto& [name, token] : kWords) {
    if (word == name) return emit(token);
  }
  return emit(word == "true" || word == "false" ? Token::kBool : Token::kIdentifier);
}

Item Lexer::field_or_variable(Token type) {
  if (at_terminator()) return emit(type == Token::kVariable ? type : Token::kDot);
  while (is_word(peek())) take();
  if (!at_terminator()) return fail("bad character " + unicode_name(peek(), true));
  return emit(type);
}

Item Lexer::number() {
  const auto bad = [this] { return fail("bad number syntax: " + go_quote(text_.substr(start_, pos_ - start_))); };
  if (!scan_number()) return bad();
  if (const char32_t sign = peek(); sign == '+' || sign == '-') {
    if (!scan_number() || text_[pos_ - 1] != 'i') return bad();
    return emit(Token::kComplex);
  }
  return emit(Token::kNumber);
}

bool Lexer::scan_number() {
  std::string_view digits = "0123456789_";
  accept("+-");
  if (accept("0")) {
    if (accept("xX")) digits = "0123456789abcdefABCDEF_";
    else if (accept("oO")) digits = "01234567_";
    else if (accept("bB")) digits = "01_";
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  const bool decimal = digits.size() == 11, hex = digits.size() == 23;
  if ((decimal && accept("eE")) || (hex && accept("pP"))) {
    accept("+-");
    accept_run("0123456789_");
  }
  accept("i");
  if (!is_word(peek())) return true;
  take();
  return false;
}

Item Lexer::quoted(char quote, Token type, std::string_view unterminated) {
  for (;;) {
    char32_t r = take();
    if (r == static_cast<unsigned char>(quote)) return emit(type);
    if (r == '\\') {
      r = take();
      if (r != kEnd && r != '\n') continue;
    }
    if (r == kEnd || r == '\n') return fail(std::string(unterminated));
  }
}

Item Lexer::raw_string() {
  for (;;) {
    const char32_t r = take();
    if (r == kEnd) return fail("unterminated raw quoted string");
    if (r == '`') return emit(Token::kRawString);
  }
}

bool Lexer::at_right_delim(bool& trims) const {
  trims = trims_right(text_.substr(pos_)) && starts_with("}}", 2);
  return trims || starts_with("}}");
}

bool Lexer::at_terminator() const {
  const char32_t r = peek();
  if (is_blank(r)) return true;
  switch (r) {
    case kEnd: case '.': case ',': case '|': case ':': case ')': case '(': return true;
    default: return starts_with("}}");
  }
}

bool Lexer::starts_with(std::string_view s, size_t ahead) const {
  return pos_ + ahead <= text_.size() && text_.substr(pos_ + ahead).starts_with(s);
}

char32_t Lexer::peek() const {
  if (pos_ >= text_.size()) return kEnd;
  char32_t r;
  decode_utf8(text_, pos_, r);
  return r;
}

char32_t Lexer::take() {
  if (pos_ >= text_.size()) return kEnd;
  char32_t r;
  pos_ += decode_utf8(text_, pos_, r);
  if (r == '\n') ++line_;
  return r;
}

bool Lexer::accept(std::string_view set) {
  if (pos_ >= text_.size() || set.find(text_[pos_]) == std::string_view::npos) return false;
  ++pos_;
  return true;
}

void Lexer::accept_run(std::string_view set) {
  while (accept(set)) {
  }
}

void Lexer::skip_spaces() { pos_ = std::min(text_.find_first_not_of(kBlanks, pos_), text_.size()); }

/// Skips what was passed over without take(), which counts lines itself.
void Lexer::ignore() {
  line_ += newlines(text_.substr(start_, pos_ - start_));
  start_ = pos_;
  start_line_ = line_;
}

Item Lexer::emit(Token type) {
  const Item item{type, start_, text_.substr(start_, pos_ - start_), start_line_};
  start_ = pos_;
  start_line_ = line_;
  return item;
}

Item Lexer::fail(std::string message) {
  error_ = std::move(message);
  const Item item{Token::kError, start_, error_, start_line_};
  text_ = {};
  pos_ = start_ = 0;
  return item;
}

}  // namespace sleipnir::logql::gotemplate
