#include "base/regex_syntax.h"

#include <algorithm>
#include <cctype>

#include "base/hex.h"

namespace sleipnir {
namespace {

/// Go's bound of what it reads as a number; a larger count is refused too, RE2 takes it as text.
constexpr size_t kCountDigits = 8;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  RegexSyntax read() {
    while (refusal_.empty() && at_ < text_.size()) step();
    out_.append(text_.substr(copied_, at_ - copied_));
    if (quoted_) out_ += "\\E";
    return {std::move(out_), std::move(refusal_)};
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }

  void step() {
    if (rest().starts_with("\\Q")) {
      const size_t end = text_.find("\\E", at_ + 2);
      quoted_ = end == std::string_view::npos;
      at_ = quoted_ ? text_.size() : end + 2;
      return;
    }
    switch (text_[at_]) {
      case '\\': return rest().starts_with("\\C") ? refuse("invalid escape sequence", "\\C") : escape();
      case '[': return character_class();
      case '(': return rest().starts_with("(?") ? group() : void(++at_);
      case '{': return count();
      default: ++at_;
    }
  }

  void refuse(std::string_view what, std::string_view where) { refusal_ = "error parsing regexp: " + std::string(what) + ": `" + std::string(where) + "`"; }

  void escape() {
    if (rest().size() < 2) return refuse("trailing backslash at end of expression", "");
    if (rest().starts_with("\\p{") || rest().starts_with("\\P{")) return void(at_ = std::min(text_.find('}', at_), text_.size()));
    if (!rest().starts_with("\\x{")) return void(at_ += 2);
    size_t end = at_ + 3;
    while (end < text_.size() && hex_digit(text_[end]) >= 0) ++end;
    if (end == text_.size()) return refuse("invalid escape sequence", rest());
    at_ = end;
  }

  /// `[`, `^`, a `]` that stands first, and all up to the next `]` but those of names and escapes.
  void character_class() {
    size_t first = ++at_;
    if (rest().starts_with('^')) first = ++at_;
    while (refusal_.empty() && at_ < text_.size() && (text_[at_] != ']' || at_ == first)) {
      if (names_ && rest().starts_with("[:")) name();
      else if (text_[at_] == '\\') escape();
      else ++at_;
    }
    if (at_ < text_.size() && text_[at_] == ']') ++at_;
  }

  /// `[:alpha:]`; once none ends, none will.
  void name() {
    const size_t end = text_.find(":]", at_ + 2);
    names_ = end != std::string_view::npos;
    at_ = names_ ? end + 2 : at_ + 1;
  }

  void group() {
    if (rest().size() > 4 && rest().starts_with("(?P<")) return named_group(4);
    if (rest().size() > 3 && rest().starts_with("(?<")) return named_group(3);
    flags();
  }

  void named_group(size_t prefix) {
    const size_t end = rest().find('>');
    if (end == std::string_view::npos) return refuse("invalid named capture", rest());
    const std::string_view name = rest().substr(prefix, end - prefix);
    if (name.empty() || !std::all_of(name.begin(), name.end(), word)) return refuse("invalid named capture", rest().substr(0, end + 1));
    out_.append(text_.substr(copied_, at_ - copied_)).append("(?P<").append(name).append(">");
    at_ += end + 1;
    copied_ = at_;
  }

  /// `(?i-s:` or `(?i-s)`; a `-` must be followed by a flag.
  void flags() {
    bool negative = false, some = true;
    for (size_t i = at_ + 2; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == 'i' || c == 'm' || c == 's' || c == 'U') {
        some = true;
      } else if (c == '-' && !negative) {
        negative = true;
        some = false;
      } else if ((c == ':' || c == ')') && some) {
        return void(at_ = i + 1);
      } else {
        return refuse("invalid or unsupported Perl syntax", text_.substr(at_, i + rune_length(c) - at_));
      }
    }
    refuse("invalid or unsupported Perl syntax", rest());
  }

  static size_t rune_length(char lead) {
    const auto c = static_cast<unsigned char>(lead);
    return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  }

  /// `{n}`, `{n,}`, `{n,m}`; anything else is text, a number with a leading zero too.
  void count() {
    const auto number = [&](size_t& i) {
      const size_t from = i;
      while (i < text_.size() && digit(text_[i])) ++i;
      return i - from > 1 && text_[from] == '0' ? 0 : i - from;
    };
    size_t end = at_ + 1;
    const size_t least = number(end);
    size_t most = 0;
    if (least > 0 && end < text_.size() && text_[end] == ',') most = number(++end);
    if (least > 0 && end < text_.size() && text_[end] == '}' && std::max(least, most) > kCountDigits) return refuse("invalid repeat count", text_.substr(at_, end + 1 - at_));
    ++at_;
  }

  std::string_view text_;
  size_t at_ = 0, copied_ = 0;
  bool names_ = true;
  bool quoted_ = false;  ///< the text ends inside `\Q`
  std::string out_, refusal_;
};

}  // namespace

RegexSyntax RegexSyntax::read(std::string_view go) { return Reader(go).read(); }

}  // namespace sleipnir
