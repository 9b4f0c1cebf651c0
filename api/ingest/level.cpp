#include "api/ingest/level.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/text.h"

namespace sleipnir::api {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool equal_fold(std::string_view text, std::string_view lower_word) {
  return text.size() == lower_word.size() &&
         std::equal(text.begin(), text.end(), lower_word.begin(), [](char a, char b) { return lower(a) == b; });
}

struct Word { std::string_view spelling, level; };
constexpr Word kSpellings[] = {{"trace", "trace"}, {"trc", "trace"}, {"debug", "debug"}, {"dbg", "debug"}, {"info", "info"}, {"inf", "info"},
                               {"information", "info"}, {"warn", "warn"}, {"wrn", "warn"}, {"warning", "warn"}, {"error", "error"},
                               {"err", "error"}, {"critical", "critical"}, {"fatal", "fatal"}};
constexpr Word kKeywords[] = {{"trace", "trace"}, {"debug", "debug"}, {"fatal", "fatal"}, {"critical", "critical"}, {"error", "error"},
                              {"err", "error"}, {"warning", "warn"}, {"warn", "warn"}, {"info", "info"}};

/// Roles of a byte in the keyword search.
enum : uint8_t { kLeft = 1, kRight = 2, kFirst = 4 };
constexpr std::array<uint8_t, 256> kRoles = [] {
  std::array<uint8_t, 256> roles{};
  for (char c : std::string_view(" \t\n[({\"'=|")) roles[static_cast<uint8_t>(c)] |= kLeft;
  for (char c : std::string_view(" \t\n[](){}:,!\"'=|")) roles[static_cast<uint8_t>(c)] |= kRight;
  for (char c : std::string_view("tdfcewiTDFCEWI")) roles[static_cast<uint8_t>(c)] |= kFirst;
  return roles;
}();

uint8_t role(char c) { return kRoles[static_cast<uint8_t>(c)]; }

std::string_view keyword_at(std::string_view text, size_t at) {
  for (const Word& word : kKeywords) {
    if (lower(text[at]) != word.spelling[0] || !equal_fold(text.substr(at, word.spelling.size()), word.spelling)) continue;
    const size_t end = at + word.spelling.size();
    if (end == text.size() || (role(text[end]) & kRight)) return word.level;
  }
  return {};
}

bool is_json_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Walks JSON just far enough to find a string member by name. Forgiving: what it cannot make sense of ends the walk without a result.
class MemberFinder {
 public:
  static constexpr int kMaxDepth = 2;
  explicit MemberFinder(std::string_view text) : s_(text) {}

  /// The raw text of the first matching string member in document order, of the object at the front or of one directly inside it.
  template <class IsField>
  std::string_view find(IsField&& is_field) {
    std::string_view value;
    skip_blanks();
    if (take('{')) object(1, is_field, value);
    return value;
  }

 private:
  void skip_blanks() { while (at_ < s_.size() && is_json_blank(s_[at_])) ++at_; }
  bool take(char c) {
    if (at_ == s_.size() || s_[at_] != c) return false;
    ++at_;
    return true;
  }

  /// The string whose opening quote was just taken.
  bool string(std::string_view& raw) {
    const size_t start = at_;
    for (size_t from = at_;;) {
      const void* quote = std::memchr(s_.data() + from, '"', s_.size() - from);
      if (!quote) return false;
      const size_t end = static_cast<const char*>(quote) - s_.data();
      size_t slashes = 0;
      while (end - slashes > start && s_[end - slashes - 1] == '\\') ++slashes;
      from = at_ = end + 1;
      if (slashes % 2 == 0) {
        raw = s_.substr(start, end - start);
        return true;
      }
    }
  }

  /// Passes over an array or an object whose bracket was just taken.
  bool skip_block(char open, char close) {
    std::string_view ignored;
    for (int depth = 1; at_ < s_.size();) {
      const char c = s_[at_++];
      if (c == '"' && !string(ignored)) return false;
      if (c == open) ++depth;
      if (c == close && --depth == 0) return true;
    }
    return false;
  }

  void skip_scalar() {
    while (at_ < s_.size() && s_[at_] != ',' && s_[at_] != '}' && !is_json_blank(s_[at_])) ++at_;
  }

  /// True if the walk goes on behind this object.
  template <class IsField>
  bool object(int depth, IsField& is_field, std::string_view& found) {
    skip_blanks();
    if (take('}')) return true;
    do {
      std::string_view name, value;
      skip_blanks();
      if (!take('"') || !string(name)) return false;
      skip_blanks();
      if (!take(':')) return false;
      skip_blanks();
      if (take('"')) {
        if (!string(value)) return false;
        if (is_field(name)) {
          found = value;
          return false;
        }
      } else if (take('{')) {
        if (depth < kMaxDepth ? !object(depth + 1, is_field, found) : !skip_block('{', '}')) return false;
      } else if (take('[')) {
        if (!skip_block('[', ']')) return false;
      } else {
        skip_scalar();
      }
      skip_blanks();
    } while (take(','));
    return take('}');
  }

  std::string_view s_;
  size_t at_ = 0;
};

/// Calls `pair(key, value)` for each key of a logfmt line until it returns false or the line stops being logfmt.
template <class Pair>
void each_logfmt_pair(std::string_view s, Pair&& pair) {
  const auto is_bare = [](char c) { return static_cast<uint8_t>(c) > ' '; };
  for (size_t i = 0; i < s.size();) {
    if (!is_bare(s[i])) {
      ++i;
      continue;
    }
    const size_t key = i;
    while (i < s.size() && is_bare(s[i]) && s[i] != '=' && s[i] != '"') ++i;
    const std::string_view name = s.substr(key, i - key);
    if (name.empty() || (i < s.size() && s[i] == '"')) return;
    std::string_view value;
    if (i < s.size() && s[i] == '=') {
      const bool quoted = ++i < s.size() && s[i] == '"';
      const size_t start = i += quoted;
      if (quoted) {
        while (i < s.size() && s[i] != '"') i += s[i] == '\\' ? 2 : 1;
        if (i >= s.size()) return;
      } else {
        while (i < s.size() && is_bare(s[i])) ++i;
      }
      value = s.substr(start, i - start);
      i += quoted;
    }
    if (!pair(name, value)) return;
  }
}

bool looks_like_json(std::string_view line) {
  if (line.size() < 2) return false;
  if (line.front() == '{' && line.back() == '}') return true;
  if (line.front() != '{' && !is_space(static_cast<uint8_t>(line.front())) && static_cast<uint8_t>(line.front()) < 0x80) return false;
  const std::string_view inside = trim_space(line);
  return inside.size() > 1 && inside.front() == '{' && inside.back() == '}';
}

}  // namespace

std::string_view normalize_level(std::string_view text) {
  for (const Word& word : kSpellings)
    if (equal_fold(text, word.spelling)) return word.level;
  return {};
}

std::string_view level_of_severity_number(std::string_view text) {
  constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error", "fatal"};
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return "info";
  return number >= 1 && number <= 24 ? kLevels[(number - 1) / 4] : "unknown";
}

std::string_view level_by_keyword(std::string_view text) {
  uint8_t before = kLeft;
  for (size_t i = 0; i < text.size(); ++i) {
    const uint8_t here = role(text[i]);
    if ((before & kLeft) && (here & kFirst))
      if (const std::string_view level = keyword_at(text, i); !level.empty()) return level;
    before = here;
  }
  return "unknown";
}

LevelDetector::LevelDetector(const std::vector<std::string>& fields) : fields_(fields) {
  for (const std::string& field : fields) {
    lengths_ |= 1ull << std::min<size_t>(field.size(), 63);
    std::string folded = to_lower(field);
    if (std::find(lower_fields_.begin(), lower_fields_.end(), folded) == lower_fields_.end()) lower_fields_.push_back(std::move(folded));
  }
}

bool LevelDetector::is_field(std::string_view name) const {
  if (!(lengths_ >> std::min<size_t>(name.size(), 63) & 1)) return false;
  return std::find(fields_.begin(), fields_.end(), name) != fields_.end();
}

std::string_view LevelDetector::json_value(std::string_view line) const {
  return MemberFinder(line).find([this](std::string_view name) { return is_field(name); });
}

std::string_view LevelDetector::logfmt_value(std::string_view line) const {
  std::string_view best;
  size_t rank = lower_fields_.size();
  each_logfmt_pair(line, [&](std::string_view key, std::string_view value) {
    if (!(lengths_ >> std::min<size_t>(key.size(), 63) & 1)) return true;
    for (size_t i = 0; i < rank; ++i) {
      if (!equal_fold(key, lower_fields_[i])) continue;
      rank = i;
      best = value;
    }
    return rank > 0;
  });
  return best;
}

std::string_view LevelDetector::from_line(std::string_view line) const {
  std::string_view value;
  if (looks_like_json(line)) value = json_value(line);
  else if (line.find('=') != std::string_view::npos) value = logfmt_value(line);
  const std::string_view level = normalize_level(value);
  return level.empty() ? level_by_keyword(line) : level;
}

std::string LevelDetector::from_labels(const LabelSet& stream) const {
  for (const std::string& field : fields_) {
    const std::string* value = stream.find(field);
    if (!value || value->empty()) continue;
    const std::string_view level = normalize_level(*value);
    return level.empty() ? *value : std::string(level);
  }
  return {};
}

std::string LevelDetector::detect(std::string_view stream_level, const std::vector<Label>& metadata, std::string_view line) const {
  if (!stream_level.empty()) return std::string(stream_level);
  if (metadata.empty()) return std::string(from_line(line));
  const auto find = [&](std::string_view name) {
    return std::find_if(metadata.begin(), metadata.end(), [&](const Label& label) { return label.name == name; });
  };
  for (const std::string& field : fields_) {
    const auto it = find(field);
    if (it == metadata.end() || it->value.empty()) continue;
    const std::string_view level = normalize_level(it->value);
    return level.empty() ? it->value : std::string(level);
  }
  if (const auto it = find("severity_number"); it != metadata.end() && !it->value.empty()) return std::string(level_of_severity_number(it->value));
  return std::string(from_line(line));
}

}  // namespace sleipnir::api
