#include "logql/stages/json_path.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace sleipnir::logql::json {
namespace {

enum class Token { kEnd, kField, kString, kIndex, kDot, kOpen, kClose };

std::string_view token_name(Token t) {
  switch (t) {
    case Token::kEnd: return "$end";
    case Token::kField: return "FIELD";
    case Token::kString: return "STRING";
    case Token::kIndex: return "INDEX";
    case Token::kDot: return "DOT";
    case Token::kOpen: return "LSB";
    case Token::kClose: return "RSB";
  }
  return "";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_field_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space_byte(char c) { return c == ' ' || c == '\t' || c == '\n'; }

class PathLexer {
 public:
  explicit PathLexer(std::string_view text) : text_(text) {}

  /// A character that starts no token ends the expression; error() then says which.
  Token next() {
    while (at_ < text_.size() && is_space_byte(text_[at_])) ++at_;
    if (at_ == text_.size() || !error_.empty()) return Token::kEnd;
    const char c = text_[at_];
    if (is_digit(c)) return index();
    if (is_field_start(c)) return field();
    if (c == '"') return string();
    ++at_;
    if (c == '[') return Token::kOpen;
    if (c == ']') return Token::kClose;
    if (c == '.') return Token::kDot;
    --at_;
    return fail("unexpected char " + std::string(text_.substr(at_, rune_length())));
  }
  const std::string& value() const { return value_; }
  const std::string& error() const { return error_; }

 private:
  Token fail(std::string error) {
    error_ = std::move(error);
    return Token::kEnd;
  }
  size_t rune_length() const {
    char32_t rune;
    return decode_utf8(text_, at_, rune);
  }

  Token index() {
    const size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '.') return fail("cannot use float as array index");
    if (at_ == text_.size() || !(is_space_byte(text_[at_]) || text_[at_] == ']')) {
      return fail("non-integer value: " + std::string(at_ < text_.size() ? text_.substr(at_, rune_length()) : std::string_view()));
    }
    uint64_t n;
    const auto [end, code] = std::from_chars(text_.data() + begin, text_.data() + at_, n);
    if (code != std::errc() || n > INT64_MAX) return fail("value out of range");
    value_ = "[" + std::to_string(n) + "]";
    return Token::kIndex;
  }

  Token field() {
    const size_t begin = at_;
    while (at_ < text_.size() && (is_field_start(text_[at_]) || is_digit(text_[at_]))) ++at_;
    value_ = text_.substr(begin, at_ - begin);
    return Token::kField;
  }

  /// Ends at a quote, at a `]` (which is lost) or with the text; there are no escapes.
  Token string() {
    const size_t begin = ++at_;
    at_ = std::min(text_.find_first_of("\"]", begin), text_.size());
    value_ = text_.substr(begin, at_ - begin);
    if (at_ < text_.size()) ++at_;
    return Token::kString;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string value_, error_;
};

class PathParser {
 public:
  explicit PathParser(std::string_view text) : lexer_(text) { advance(); }

  Result<Path> parse() {
    if (token_ == Token::kField) {
      take();
    } else if (token_ == Token::kOpen) {
      if (!bracket()) return error_;
    } else {
      return unexpected("LSB or FIELD");
    }
    while (token_ != Token::kEnd) {
      if (token_ == Token::kOpen) {
        if (!bracket()) return error_;
      } else if (token_ == Token::kDot) {
        advance();
        if (token_ != Token::kField) return unexpected("FIELD");
        take();
      } else {
        return unexpected("");
      }
    }
    if (!lexer_.error().empty()) return invalid(lexer_.error());
    return path_;
  }

 private:
  void advance() { token_ = lexer_.next(); }
  void take() {
    path_.push_back(lexer_.value());
    advance();
  }
  bool bracket() {
    advance();
    if (token_ != Token::kString && token_ != Token::kIndex) return error_ = unexpected("STRING or INDEX"), false;
    take();
    if (token_ != Token::kClose) return error_ = unexpected("RSB"), false;
    advance();
    return true;
  }
  Error unexpected(std::string_view expected) const {
    std::string text = "syntax error: unexpected " + std::string(token_name(token_));
    if (!expected.empty()) text += ", expecting " + std::string(expected);
    return invalid(text);
  }

  PathLexer lexer_;
  Token token_ = Token::kEnd;
  Path path_;
  Error error_;
};

}  // namespace

Result<Path> parse_path(std::string_view expression) { return PathParser(expression).parse(); }

std::optional<std::map<std::string, Path>> key_paths(const JsonStage& stage) {
  std::map<std::string, Path> paths;
  for (const Extract& extract : stage.extracts) {
    auto path = parse_path(extract.expression);
    if (!path || extract.name.starts_with("__error_") || extract.name.ends_with("_extracted")) return {};
    if (std::any_of(path->begin(), path->end(), [](const std::string& part) { return part.starts_with('['); })) return {};
    if (!paths.try_emplace(extract.name, *std::move(path)).second) return {};
  }
  return paths;
}

}  // namespace sleipnir::logql::json
