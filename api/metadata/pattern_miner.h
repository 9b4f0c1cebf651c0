#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"

namespace sleipnir::api {

/// The template of some lines: their common text, with `<_>` where they differ, usable in `|>`.
struct MinedPattern {
  std::string text, level;
  std::map<Nanos, uint64_t> counts;  ///< lines by the time given with them
  uint64_t lines = 0;
};

/// Finds the templates of lines, in the manner of Drain (He et al., 2017): lines of the same punctuation are compared word by word, and join a template
/// with which they share half of their words; where they differ the template gets a placeholder. Words with digits are expected to differ.
/// Of a JSON object the message is looked at, where there is one. Lines of fewer than four words and signs have no template.
/// Bounded: kMostTemplates, after which lines that fit none are not counted. One thread; about a microsecond a line and template of its kind.
class PatternMiner {
 public:
  static constexpr size_t kLeastTokens = 4, kMostWords = 100, kMostBytes = 3000;  ///< of a line; what follows becomes one placeholder
  static constexpr size_t kMostTemplates = 5000, kMostAlike = 100;                ///< in all, and of the same punctuation

  void add(std::string_view line, std::string_view level, Nanos time);
  /// The most frequent first.
  std::vector<MinedPattern> finish() const;

 private:
  struct Word {
    std::string text;
    bool placeholder = false;
  };
  struct Template {
    std::vector<Word> words;
    std::map<Nanos, uint64_t> counts;
  };
  /// Templates of one punctuation: the text between words, with kWord for each of them.
  struct Kind {
    std::string level, punctuation;
    std::vector<Template> templates;
  };

  void tokenize(std::string_view line);
  Template* find(Kind& kind);
  bool joins(const Template& t) const;
  void join(Template& t) const;
  static std::string text_of(const Kind& kind, const Template& t);

  std::unordered_map<std::string, Kind> kinds_;  // by level and punctuation
  size_t templates_ = 0;
  // Of the line being added.
  std::string punctuation_;
  std::vector<std::string_view> words_;
  size_t signs_ = 0;
};

}  // namespace sleipnir::api
