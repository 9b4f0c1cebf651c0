#pragma once
// What `| json` or `| logfmt` extracts from an ordinary line, by code as plain as can be. Whatever is not ordinary is nullopt.
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sleipnir::testing {

using LineFields = std::map<std::string, std::string>;

inline bool is_name(std::string_view s) {
  for (char c : s)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  return !s.empty() && !std::isdigit(static_cast<unsigned char>(s[0]));
}

/// Objects of strings without escapes, numbers, literals and objects, without blanks. The first value of a name wins.
class JsonFields {
 public:
  static std::optional<LineFields> of(std::string_view line) {
    JsonFields fields{line};
    if (!fields.object("") || fields.at_ != line.size()) return {};
    return fields.found_;
  }
  /// What `| json x="…"` finds under these keys: empty where that is nothing or null; nullopt for an object, too.
  static std::optional<std::optional<std::string>> at(const std::vector<std::string>& path, std::string_view line) {
    JsonFields fields{line};
    if (!fields.object("") || fields.at_ != line.size()) return {};
    const auto known = fields.first_.find(path);
    if (known == fields.first_.end()) return std::optional<std::string>();
    if (known->second == "{") return {};
    return known->second;
  }

 private:
  explicit JsonFields(std::string_view line) : line_(line) {}

  bool take(char c) {
    if (at_ == line_.size() || line_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::optional<std::string> string() {
    if (!take('"')) return {};
    size_t begin = at_;
    while (at_ < line_.size() && line_[at_] != '"') {
      if (line_[at_] == '\\' || static_cast<signed char>(line_[at_]) < ' ') return {};
      ++at_;
    }
    std::string text(line_.substr(begin, at_ - begin));
    if (!take('"')) return {};
    return text;
  }
  bool object(const std::string& prefix) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      auto key = string();
      if (!key || !is_name(*key) || !take(':')) return false;
      path_.push_back(*key);
      if (!value(prefix.empty() ? *key : prefix + "_" + *key)) return false;
      path_.pop_back();
    } while (take(','));
    return take('}');
  }
  bool value(const std::string& name) {
    if (at_ == line_.size()) return false;
    if (line_[at_] == '{') {
      first_.emplace(path_, "{");
      return object(name);
    }
    if (line_[at_] == '"') {
      auto text = string();
      if (!text || *text == "{") return false;
      found_.emplace(name, *text);
      first_.emplace(path_, *text);
      return true;
    }
    size_t begin = at_;
    while (at_ < line_.size() && line_[at_] != ',' && line_[at_] != '}') ++at_;
    std::string text(line_.substr(begin, at_ - begin));
    if (text == "null") {
      first_.emplace(path_, std::nullopt);
      return true;
    }
    const bool literal = text == "true" || text == "false";
    if (!literal && (text.empty() || text.find_first_not_of("0123456789") != std::string::npos)) return false;
    found_.emplace(name, text);
    first_.emplace(path_, text);
    return true;
  }

  std::string_view line_;
  size_t at_ = 0;
  LineFields found_;
  std::vector<std::string> path_;
  std::map<std::vector<std::string>, std::optional<std::string>> first_;  // what stands first under each path; "{" for an object
};

/// Pairs `key=value` and `key="text"` between single blanks; words alone have no value. Empty values are none.
inline std::optional<LineFields> logfmt_fields(std::string_view line) {
  LineFields found;
  for (char c : line)
    if (static_cast<signed char>(c) < ' ') return {};
  while (!line.empty()) {
    size_t key_end = line.find_first_of(" =\"");
    std::string_view key = line.substr(0, key_end), value;
    if (!is_name(key) && key.find_first_not_of("0123456789") != std::string::npos) return {};
    line.remove_prefix(std::min(key_end, line.size()));
    if (line.starts_with("=\"")) {
      size_t end = line.find('"', 2);
      if (end == std::string_view::npos) return {};
      value = line.substr(2, end - 2);
      line.remove_prefix(end + 1);
    } else if (line.starts_with("=")) {
      size_t end = std::min(line.find(' '), line.size());
      value = line.substr(1, end - 1);
      if (value.find_first_of("=\"") != std::string_view::npos) return {};
      line.remove_prefix(end);
    }
    if (value.find('\\') != std::string_view::npos) return {};
    if (!value.empty()) {
      if (!is_name(key)) return {};
      found.emplace(key, value);
    }
    if (!line.empty() && line[0] != ' ') return {};
    if (!line.empty()) line.remove_prefix(1);
  }
  return found;
}

}  // namespace sleipnir::testing
