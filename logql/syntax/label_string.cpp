// The label string of a push, which is Prometheus's syntax of a metric: `{name="value", …}`, with or without a metric name before, or quoted
// within (http-api.md §9.3). Error texts are Prometheus's; positions count bytes.
#include <cstdio>
#include <vector>

#include "base/hex.h"
#include "base/text.h"
#include "logql/syntax/parse.h"
#include "logql/syntax/string_literal.h"

namespace sleipnir::logql {
namespace {

struct Item {
  enum Kind { kEnd, kIdent, kString, kEquals, kOperator, kComma, kOpen, kClose, kBracket, kNumber, kError };
  Kind kind = kEnd;
  size_t offset = 0;
  std::string text;   ///< as written; of an error the message
  std::string value;  ///< of a string
};

/// Go's `%q`, cut after ten code points as Prometheus prints items.
std::string shown(std::string_view text) {
  constexpr size_t kShown = 10;
  TextCursor cursor(text);
  for (size_t i = 0; i < kShown; ++i) cursor.next();
  return text.size() > kShown ? go_quote(text.substr(0, cursor.offset())) + "..." : go_quote(text);
}

std::string describe(const Item& item) {
  switch (item.kind) {
    case Item::kEnd: return "end of input";
    case Item::kIdent: return (item.text.find(':') == std::string::npos ? "identifier " : "metric identifier ") + go_quote(item.text);
    case Item::kString: return "string " + shown(item.text);
    case Item::kNumber: return "number " + shown(item.text);
    case Item::kOperator: return "<op:" + item.text + ">";
    default: return go_quote(item.text);
  }
}

std::string encode_utf8(char32_t rune) {
  std::string text;
  append_utf8(text, rune == TextCursor::kInvalid ? 0xFFFD : rune);
  return text;
}

std::string quoted_rune(char32_t rune) {
  if (rune == TextCursor::kEof) rune = TextCursor::kInvalid;  // Go's -1
  if (rune == '\'') return "'\\''";
  if (rune == '"') return "'\"'";
  std::string quoted = go_quote(encode_utf8(rune));
  quoted.front() = quoted.back() = '\'';
  return quoted;
}

/// Go's `%#U`: `U+0071 'q'`; a control character without the quotation.
std::string code_point(char32_t rune) {
  char number[16];
  std::snprintf(number, sizeof number, "U+%04X", static_cast<unsigned>(rune == TextCursor::kInvalid ? 0xFFFD : rune));
  return rune < ' ' || rune == 0x7F ? number : number + (" '" + encode_utf8(rune)) + "'";
}

/// What is wrong with the escape whose backslash was taken; "" where nothing is, and the cursor stands behind it.
std::string escape_fault(TextCursor& cursor, char32_t quote) {
  const char32_t c = cursor.peek();
  if (c == TextCursor::kEof) return "escape sequence not terminated";
  const bool octal = c >= '0' && c <= '7';
  if (!octal) cursor.next();
  if (c == quote || (c < 0x80 && std::string_view("abfnrtv\\").find(static_cast<char>(c)) != std::string_view::npos)) return {};
  const int digits = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) return "unknown escape sequence " + code_point(c);
  uint32_t value = 0;
  for (int i = 0; i < digits; ++i) {
    const char32_t d = cursor.next();
    if (d == TextCursor::kEof) return "escape sequence not terminated";
    const int digit = d < 0x80 ? hex_digit(static_cast<char>(d)) : -1;
    if (digit < 0 || (octal && digit > 7)) return "illegal character " + code_point(d) + " in escape sequence";
    value = value * (octal ? 8 : 16) + static_cast<uint32_t>(digit);
  }
  const uint32_t most = digits < 4 ? 0xFF : 0x10FFFF;
  return value > most || (value >= 0xD800 && value < 0xE000) ? "escape sequence is an invalid Unicode code point" : "";
}

/// Why a quoted string is none; the cursor stands behind its opening quote. "" where only what it stands for is no text.
std::string string_fault(TextCursor cursor, char32_t quote) {
  const bool raw = quote == '`';
  for (;;) {
    const char32_t c = cursor.next();
    if (c == TextCursor::kInvalid) return "invalid UTF-8 rune";
    if (c == TextCursor::kEof || (c == '\n' && !raw)) return raw ? "unterminated raw string" : "unterminated quoted string";
    if (c == quote) return {};
    if (c != '\\' || raw) continue;
    if (std::string fault = escape_fault(cursor, quote); !fault.empty()) return fault;
  }
}

bool is_alpha(char32_t c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class LabelLexer {
 public:
  explicit LabelLexer(std::string_view text) : cursor_(text) {}

  Item next() {
    skip_blanks();
    start_ = cursor_.offset();
    if (cursor_.at_end()) return in_braces_ ? error("unexpected end of input inside braces") : item(Item::kEnd);
    const char32_t c = cursor_.next();
    if (is_alpha(c) || (c == ':' && !in_braces_)) return word();
    switch (c) {
      case ',': return item(Item::kComma);
      case '"':
      case '\'':
      case '`': return string(c);
      case '{': return open();
      case '}': return close();
      case '=': return equals();
      case '!': return negation();
      default: break;
    }
    return in_braces_ ? error("unexpected character inside braces: " + quoted_rune(c)) : outside(c);
  }

 private:
  void skip_blanks() {
    cursor_.skip_while(is_blank);
    while (cursor_.peek() == '#') {
      cursor_.skip_while([](char32_t c) { return c != '\n' && c != '\r'; });
      cursor_.skip_while(is_blank);
    }
  }

  Item item(Item::Kind kind) const { return {kind, start_, std::string(cursor_.since(start_)), {}}; }
  Item error(std::string message) const { return {Item::kError, start_, std::move(message), {}}; }

  /// What stands before or behind the braces, and can be no part of a label string.
  Item outside(char32_t c) {
    if (is_digit(c) || (c == '.' && is_digit(cursor_.peek()))) return number();
    if (c == '(' || c == '[') return item(Item::kBracket);
    if (c == ']') return error("unexpected right bracket ']'");
    if (c == ')') {
      ++start_;  // Prometheus points behind it
      return error("unexpected right parenthesis ')'");
    }
    if (c == '<' || c == '>') {
      if (!cursor_.take('=')) cursor_.take('/');
      return item(Item::kOperator);
    }
    if (c < 0x80 && std::string_view("+-*/%^@").find(static_cast<char>(c)) != std::string_view::npos) return item(Item::kOperator);
    return error("unexpected character: " + quoted_rune(c));
  }

  Item word() {
    cursor_.skip_while([this](char32_t c) { return is_alpha(c) || is_digit(c) || (c == ':' && !in_braces_); });
    return item(Item::kIdent);
  }

  Item number() {
    cursor_.skip_while([](char32_t c) { return is_digit(c) || is_alpha(c) || c == '.'; });
    return item(Item::kNumber);
  }

  Item string(char32_t quote) {
    const TextCursor inside = cursor_;
    auto value = quote == '`' ? read_raw(cursor_) : read_interpreted(cursor_, quote);
    if (!value) {
      const std::string fault = string_fault(inside, quote);
      return error(fault.empty() ? "error unquoting string: " + value.error().message : fault);
    }
    Item result = item(Item::kString);
    result.value = std::move(*value);
    return result;
  }

  Item open() {
    if (in_braces_) return error("unexpected left brace '{'");
    in_braces_ = true;
    return item(Item::kOpen);
  }

  Item close() {
    if (!in_braces_) return outside('}');
    in_braces_ = false;
    return item(Item::kClose);
  }

  Item equals() {
    if (in_braces_) return item(cursor_.take('~') ? Item::kOperator : Item::kEquals);
    if (cursor_.peek() == '~') return error("unexpected character after '=': '~'");
    return item(cursor_.take('=') ? Item::kOperator : Item::kEquals);
  }

  Item negation() {
    if (cursor_.take('=') || (in_braces_ && cursor_.take('~'))) return item(Item::kOperator);
    return error(std::string("unexpected character after '!'") + (in_braces_ ? " inside braces: " : ": ") + quoted_rune(cursor_.peek()));
  }

  TextCursor cursor_;
  size_t start_ = 0;
  bool in_braces_ = false;
};

class LabelParser {
 public:
  explicit LabelParser(std::string_view text) : text_(text), lexer_(text) { advance(); }

  Result<LabelSet> run() {
    if (item_.kind == Item::kIdent) {
      labels_.push_back({"__name__", item_.text});
      advance();
    }
    if (item_.kind == Item::kOpen)
      if (auto fine = label_set(); !fine) return fine.error();
    if (item_.kind != Item::kEnd) return unexpected("");
    std::erase_if(labels_, [](const Label& l) { return l.value.empty(); });
    return LabelSet(std::move(labels_));
  }

 private:
  void advance() { item_ = lexer_.next(); }

  Result<void> label_set() {
    advance();
    while (item_.kind != Item::kClose) {
      if (auto fine = label(); !fine) return fine;
      if (item_.kind == Item::kComma) advance();
      else if (item_.kind != Item::kClose) return unexpected(R"("," or "}")");
    }
    advance();
    return {};
  }

  Result<void> label() {
    if (item_.kind != Item::kIdent && item_.kind != Item::kString) return unexpected(R"(identifier or "}")");
    const bool quoted = item_.kind == Item::kString;
    std::string name = quoted ? item_.value : item_.text;
    advance();
    if (quoted && item_.kind != Item::kEquals) {
      labels_.push_back({"__name__", std::move(name)});
      return {};
    }
    if (item_.kind != Item::kEquals) return unexpected(R"("=")");
    advance();
    if (item_.kind != Item::kString) return unexpected("string");
    labels_.push_back({std::move(name), std::move(item_.value)});
    advance();
    return {};
  }

  Error unexpected(std::string_view expected) const {
    std::string message = item_.kind == Item::kError ? item_.text : "unexpected " + describe(item_);
    if (item_.kind != Item::kError && !expected.empty()) message.append(" in label set, expected ").append(expected);
    size_t line = 1, line_start = 0;
    for (size_t i = 0; i < item_.offset; ++i)
      if (text_[i] == '\n') ++line, line_start = i + 1;
    return invalid(std::to_string(line) + ":" + std::to_string(item_.offset - line_start + 1) + ": parse error: " + message);
  }

  std::string_view text_;
  LabelLexer lexer_;
  Item item_;
  std::vector<Label> labels_;
};

}  // namespace

Result<LabelSet> parse_labels(std::string_view text) { return LabelParser(text).run(); }

}  // namespace sleipnir::logql
