#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 { class RE2; }

namespace sleipnir {

/// RE2 with Go's syntax and Go's error texts (`error parsing regexp: missing closing ]: `[``). Immutable, shared by threads.
class Regex {
 public:
  enum Flags : unsigned { kNone = 0, kAnchored = 1, kDotAll = 2 };
  /// kAnchored wraps as ^(?:re)$, kDotAll sets the `s` flag. Selectors use both, label filters only kAnchored, line filters none.
  static Result<Regex> compile(std::string_view pattern, unsigned flags = kNone);

  /// Search; with kAnchored a full match.
  bool matches(std::string_view text) const;
  const re2::RE2& re2() const { return *re_; }
  const std::string& pattern() const { return pattern_; }

 private:
  std::shared_ptr<const re2::RE2> re_;
  std::string pattern_;
};

}  // namespace sleipnir
