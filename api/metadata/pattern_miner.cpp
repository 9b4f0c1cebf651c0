#include "api/metadata/pattern_miner.h"

#include <algorithm>
#include <cctype>

#include "api/ingest/json_cursor.h"

namespace sleipnir::api {
namespace {

constexpr char kWord = '\x01', kRest = '\x02';  // in a punctuation; where a line has such bytes itself they are words
constexpr std::string_view kPlaceholder = "<_>";
constexpr std::string_view kMessages[] = {"msg", "message", "log", "content", "msg_", "_msg"};

/// Bytes of words: what ids, paths, numbers, times and addresses are made of.
bool is_word(unsigned char c) {
  if (c >= 0x80 || c < 0x09 || (c > 0x0d && c < 0x20)) return true;
  return std::isalnum(c) || std::string_view("_-.:/@%+~*\\").find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_blank(char c) { return c == ' ' || (c >= 0x09 && c <= 0x0d); }

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); });
}

bool is_object(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t\r\n"), last = line.find_last_not_of(" \t\r\n");
  return first != line.npos && line[first] == '{' && line[last] == '}';
}

/// As it is written, empty where there is none.
std::string_view message_of(std::string_view object) {
  JsonCursor cursor(object);
  std::string_view message;
  if (cursor.next() != '{') return {};
  cursor.read_members([&](const std::string& name) {
    JsonCursor::Value value;
    if (!cursor.read_value(value)) return false;
    if (value.kind != JsonCursor::Kind::kString || std::find(std::begin(kMessages), std::end(kMessages), name) == std::end(kMessages)) return true;
    message = value.raw;
    return false;
  });
  return message;
}

/// Two placeholders side by side are no pattern.
void append_placeholder(std::string& out) {
  if (!out.ends_with(kPlaceholder)) out += kPlaceholder;
}

}  // namespace

void PatternMiner::tokenize(std::string_view line) {
  punctuation_.clear();
  words_.clear();
  signs_ = 0;
  const std::string_view whole = line.substr(0, kMostBytes);
  size_t at = 0;
  while (at < whole.size() && words_.size() < kMostWords) {
    size_t end = at;
    while (end < whole.size() && is_word(static_cast<unsigned char>(whole[end]))) ++end;
    if (end > at) {
      words_.push_back(whole.substr(at, end - at));
      punctuation_ += kWord;
    } else {
      signs_ += !is_blank(whole[at]);
      punctuation_ += whole[end++];
    }
    at = end;
  }
  if (at < line.size()) punctuation_ += kRest;
}

void PatternMiner::add(std::string_view line, std::string_view level, Nanos time) {
  const bool object = is_object(line);
  tokenize(object ? message_of(line) : line);
  if (words_.size() + signs_ < kLeastTokens) return;
  std::string key(level);
  key += object ? '{' : ' ';
  key += punctuation_;
  if (templates_ >= kMostTemplates && kinds_.count(key) == 0) return;
  Kind& kind = kinds_[std::move(key)];
  if (kind.punctuation.empty()) {
    kind.level = level;
    kind.punctuation = object ? kRest + punctuation_ + kRest : punctuation_;
  }
  Template* found = find(kind);
  if (found == nullptr) {
    if (templates_ >= kMostTemplates || kind.templates.size() >= kMostAlike) return;
    ++templates_;
    found = &kind.templates.emplace_back();
    for (const std::string_view word : words_) found->words.push_back({std::string(word)});
  }
  join(*found);
  ++found->counts[time];
}

PatternMiner::Template* PatternMiner::find(Kind& kind) {
  for (Template& t : kind.templates)
    if (joins(t)) return &t;
  return nullptr;
}

/// Half of the words are equal, or may differ; and of those that stay some say what the line is about.
/// The same line again always joins.
bool PatternMiner::joins(const Template& t) const {
  size_t equal = 0, alike = 0, telling = 0;
  for (size_t i = 0; i < words_.size(); ++i) {
    const Word& word = t.words[i];
    if (!word.placeholder && word.text == words_[i]) {
      ++equal;
      telling += !has_digit(word.text);
    } else {
      alike += word.placeholder ? has_digit(words_[i]) : has_digit(word.text) && has_digit(words_[i]);
    }
  }
  return equal == words_.size() || (2 * (equal + alike) >= words_.size() && 4 * telling >= words_.size());
}

void PatternMiner::join(Template& t) const {
  for (size_t i = 0; i < words_.size(); ++i)
    if (!t.words[i].placeholder && t.words[i].text != words_[i]) t.words[i].placeholder = true;
}

std::string PatternMiner::text_of(const Kind& kind, const Template& t) {
  std::string out;
  const std::string& p = kind.punctuation;
  size_t word = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    if (p[i] == '<' && p.substr(i + 1, 2) == std::string{kWord, '>'}) {  // `<name>` in the line would be a capture in the pattern
      append_placeholder(out);
      ++word;
      i += 2;
    } else if (p[i] == kRest) {
      append_placeholder(out);
    } else if (p[i] != kWord) {
      out += p[i];
    } else if (t.words[word].placeholder) {
      append_placeholder(out);
      ++word;
    } else {
      out += t.words[word++].text;
    }
  }
  return out;
}

std::vector<MinedPattern> PatternMiner::finish() const {
  std::map<std::pair<std::string, std::string>, MinedPattern> merged;
  for (const auto& [key, kind] : kinds_)
    for (const Template& t : kind.templates) {
      const std::string text = text_of(kind, t);
      MinedPattern& pattern = merged[{text, kind.level}];
      pattern.text = text;
      pattern.level = kind.level;
      for (const auto& [time, lines] : t.counts) {
        pattern.counts[time] += lines;
        pattern.lines += lines;
      }
    }
  std::vector<MinedPattern> patterns;
  for (auto& [key, pattern] : merged) patterns.push_back(std::move(pattern));
  std::stable_sort(patterns.begin(), patterns.end(), [](const MinedPattern& a, const MinedPattern& b) { return a.lines > b.lines; });
  return patterns;
}

}  // namespace sleipnir::api
