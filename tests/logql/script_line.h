#pragma once
// The words of one script line, read from left to right.
#include <optional>
#include <string>
#include <string_view>

#include "base/labels.h"
#include "base/result.h"
#include "base/time.h"

namespace sleipnir::testing {

/// What a script says wrongly; caught in read_script().
struct ScriptError {
  std::string message;
};

/// Reads words; every function skips blanks before its word and throws ScriptError where the word is not what it must be.
class LineReader {
 public:
  LineReader(std::string_view text, Nanos base) : rest_(text), base_(base) {}

  bool at_end();
  bool next_is(std::string_view prefix);
  /// Takes `word` if it stands here as a word of its own.
  bool take(std::string_view word);
  /// Up to the next blank.
  std::string_view word();
  std::string_view rest();

  /// `10s`, `-1m`, or an absolute `2026-01-02T15:04:05Z`.
  Nanos time();
  Nanos duration();
  uint64_t count();
  /// `10s` or `0s..300s/10s`, both ends included.
  struct Times { Nanos start, end, step; };
  Times times();
  /// `"…"` with Go's escapes, or a raw string in backticks.
  std::string string();
  /// `{a="b", c=""}`
  LabelSet labels();
  /// `1.5`, `NaN`, `+Inf`; `_` for none; `3x5` is the value 3 five times.
  struct Values { std::optional<double> value; uint64_t repeat; };
  Values values();

 private:
  void skip_blanks();
  void expect(char c);
  Nanos time_of(std::string_view text) const;
  std::string interpreted();

  std::string_view rest_;
  Nanos base_;
};

}  // namespace sleipnir::testing
