#pragma once
// Steps through the key/value pairs of a logfmt line (logql.md §7.7).
#include <string>
#include <string_view>

#include "logql/stages/arena.h"

namespace sleipnir::logql {

class LogfmtReader {
 public:
  explicit LogfmtReader(std::string_view line) : line_(line) {}

  bool at_end() const { return at_ >= line_.size(); }
  /// The next pair; false for one that is wrong (the reader then stands behind it) and for blanks at the end.
  bool next(Arena& arena);
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }  ///< unquoted; empty for a bare key
  /// `logfmt syntax error at pos 4 : unexpected '='` of the last wrong pair; empty while there was none.
  std::string error() const;

 private:
  bool read_key();
  bool read_value();
  bool read_quoted(Arena& arena);
  bool wrong(const char* message);
  bool skip_pair();

  std::string_view line_, key_, value_;
  size_t at_ = 0, wrong_at_ = 0;
  const char* wrong_ = nullptr;
};

}  // namespace sleipnir::logql
