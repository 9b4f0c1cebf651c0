#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 { class RE2; }

namespace sleipnir {

struct Cancellation;

/// RE2 with Go's syntax and Go's error texts (`error parsing regexp: missing closing ]: `[``). Immutable, shared by threads.
class Regex {
 public:
  enum Flags : unsigned { kNone = 0, kAnchored = 1, kDotAll = 2 };
  /// kAnchored wraps as ^(?:re)$, kDotAll sets the `s` flag. Selectors use both, label filters only kAnchored, line filters none.
  /// Errors: kInvalid, also for an expression that takes far more memory than its length suggests (some ten thousand instructions for a short
  /// one): compiling it takes some ten ms at most. What RegexPatience says.
  static Result<Regex> compile(std::string_view pattern, unsigned flags = kNone);

  /// Search; with kAnchored a full match. A byte that is no UTF-8 counts as U+FFFD, as in Go.
  bool matches(std::string_view text) const;
  /// For RE2 no expression matches such a byte: pass replace_invalid_utf8() of the text.
  const re2::RE2& re2() const { return *re_; }
  const std::string& pattern() const { return pattern_; }

 private:
  std::shared_ptr<const re2::RE2> re_;
  std::string pattern_;
};

/// While it lives, Regex::compile on its thread fails with the error of Cancellation::check() once there is one: an expression costs little, but a
/// query may hold thousands. May be nested. nullptr: no change.
class RegexPatience {
 public:
  explicit RegexPatience(const Cancellation* cancellation);
  ~RegexPatience();
  RegexPatience(const RegexPatience&) = delete;
  /// What Regex::compile fails with now; for who has wrapped its error.
  static Result<void> check();

 private:
  const Cancellation* outer_;
};

}  // namespace sleipnir
