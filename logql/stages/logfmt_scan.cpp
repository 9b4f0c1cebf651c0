#include "logql/stages/logfmt_scan.h"

#include <optional>

#include "base/text.h"
#include "logql/stages/escapes.h"

namespace sleipnir::logql {
namespace {

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

bool has_replacement(std::string_view s) {
  for (size_t i = 0; i < s.size();) {
    char32_t rune;
    i += decode_utf8(s, i, rune);
    if (rune == 0xFFFD) return true;
  }
  return false;
}

/// `\uXXXX` whose first digit is s[i], with the low half of a surrogate pair if it follows; a lone half is U+FFFD.
bool unquote_rune(std::string_view s, size_t& i, char32_t& rune) {
  const int first = hex4(s, i);
  if (first < 0) return false;
  i += 4;
  rune = static_cast<char32_t>(first);
  if (first < 0xD800 || first > 0xDFFF) return true;
  rune = 0xFFFD;
  if (first >= 0xDC00 || i + 6 > s.size() || s[i] != '\\' || s[i + 1] != 'u') return true;
  const int second = hex4(s, i + 2);
  if (second < 0xDC00 || second > 0xDFFF) return true;
  rune = 0x10000 + ((static_cast<char32_t>(first) - 0xD800) << 10) + (static_cast<char32_t>(second) - 0xDC00);
  i += 6;
  return true;
}

/// The text between the quotes, escapes resolved; nullopt for a wrong escape or a control character.
std::optional<std::string_view> unquote(std::string_view s, Arena& arena) {
  std::string out;
  for (size_t i = 0; i < s.size();) {
    if (static_cast<unsigned char>(s[i]) < ' ') return {};
    if (s[i] != '\\') {
      char32_t rune;
      i += decode_utf8(s, i, rune);
      append_utf8(out, rune);
      continue;
    }
    if (i + 1 >= s.size()) return {};
    const char c = s[i + 1];
    i += 2;
    char32_t rune;
    if (c == 'u') {
      if (!unquote_rune(s, i, rune)) return {};
    } else {
      rune = static_cast<unsigned char>(c == '\'' ? c : simple_escape(c));
      if (rune == 0) return {};
    }
    append_utf8(out, rune);
  }
  return arena.keep(out);
}

}  // namespace

std::string LogfmtReader::error() const {
  return wrong_ ? "logfmt syntax error at pos " + std::to_string(wrong_at_ + 1) + " : " + wrong_ : std::string();
}

bool LogfmtReader::wrong(const char* message) {
  wrong_ = message;
  wrong_at_ = at_;
  return false;
}

bool LogfmtReader::skip_pair() {
  while (at_ < line_.size() && !is_blank(line_[at_])) ++at_;
  return false;
}

bool LogfmtReader::next(Arena& arena) {
  key_ = value_ = {};
  while (at_ < line_.size() && is_blank(line_[at_])) ++at_;
  if (at_ == line_.size() || !read_key()) return false;
  if (at_ == line_.size() || line_[at_] != '=') return true;
  ++at_;
  if (at_ == line_.size() || is_blank(line_[at_])) return true;
  return line_[at_] == '"' ? read_quoted(arena) : read_value();
}

bool LogfmtReader::read_key() {
  const size_t begin = at_;
  bool ascii = true;
  while (at_ < line_.size() && line_[at_] != '=' && line_[at_] != '"' && !is_blank(line_[at_])) {
    ascii &= static_cast<unsigned char>(line_[at_]) < 0x80;
    ++at_;
  }
  const bool ended = at_ == line_.size();
  if (!ended && line_[at_] == '"') return wrong("unexpected '\"'"), skip_pair();
  if (at_ == begin) return wrong("unexpected '='"), skip_pair();
  key_ = line_.substr(begin, at_ - begin);
  if (ascii || !has_replacement(key_)) return true;
  wrong("invalid key");
  return !ended && line_[at_] == '=' ? skip_pair() : false;
}

bool LogfmtReader::read_value() {
  const size_t begin = at_;
  for (; at_ < line_.size() && !is_blank(line_[at_]); ++at_) {
    if (line_[at_] == '=') return wrong("unexpected '='"), skip_pair();
    if (line_[at_] == '"') return wrong("unexpected '\"'"), skip_pair();
  }
  value_ = line_.substr(begin, at_ - begin);
  return true;
}

bool LogfmtReader::read_quoted(Arena& arena) {
  const size_t begin = ++at_;
  bool escaped = false;
  for (; at_ < line_.size() && line_[at_] != '"'; ++at_) {
    if (line_[at_] == '\\') {
      escaped = true;
      ++at_;
    }
  }
  if (at_ >= line_.size()) {
    at_ = line_.size();
    return wrong("unterminated quoted value");
  }
  value_ = line_.substr(begin, at_ - begin);
  ++at_;
  if (!escaped) return true;
  const auto plain = unquote(value_, arena);
  if (!plain) return wrong("invalid quoted value");
  value_ = *plain;
  return true;
}

}  // namespace sleipnir::logql
