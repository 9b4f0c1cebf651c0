#include "base/regex.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/regex_syntax.h"
#include "base/scan.h"
#include "base/text.h"

namespace sleipnir {
namespace {

// Go's names of the syntax errors (regexp/syntax.ErrorCode).
std::string_view go_error(re2::RE2::ErrorCode code) {
  switch (code) {
    case re2::RE2::ErrorBadEscape: return "invalid escape sequence";
    case re2::RE2::ErrorBadCharClass: return "invalid character class";
    case re2::RE2::ErrorBadCharRange: return "invalid character class range";
    case re2::RE2::ErrorMissingBracket: return "missing closing ]";
    case re2::RE2::ErrorMissingParen: return "missing closing )";
    case re2::RE2::ErrorUnexpectedParen: return "unexpected )";
    case re2::RE2::ErrorTrailingBackslash: return "trailing backslash at end of expression";
    case re2::RE2::ErrorRepeatArgument: return "missing argument to repetition operator";
    case re2::RE2::ErrorRepeatSize: return "invalid repeat count";
    case re2::RE2::ErrorRepeatOp: return "invalid nested repetition operator";
    case re2::RE2::ErrorBadPerlOp: return "invalid or unsupported Perl syntax";
    case re2::RE2::ErrorBadUTF8: return "invalid UTF-8";
    case re2::RE2::ErrorBadNamedCapture: return "invalid named capture";
    case re2::RE2::ErrorPatternTooLarge: return "expression too large";
    default: return "regexp/syntax: internal error";
  }
}

/// Bounds the time of compiling, which grows with it: `\\pL{300}` would take half a second without. A long list of words needs what it is long.
int64_t memory_for(std::string_view pattern) { return std::min<int64_t>(16 << 20, (2 << 20) + static_cast<int64_t>(pattern.size()) * 256); }

thread_local const Cancellation* patience = nullptr;

}  // namespace

RegexPatience::RegexPatience(const Cancellation* cancellation) : outer_(patience) {
  if (cancellation) patience = cancellation;
}
RegexPatience::~RegexPatience() { patience = outer_; }
Result<void> RegexPatience::check() { return patience ? patience->check() : Result<void>(); }

Result<Regex> Regex::compile(std::string_view pattern, unsigned flags) {
  if (auto alive = RegexPatience::check(); !alive.ok()) return alive.error();
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_for(pattern));
  options.set_dot_nl((flags & kDotAll) != 0);
  const auto check = [&](const re2::RE2& re) -> Result<void> {
    if (re.ok()) return {};
    const auto code = re.error_code();
    std::string message = "error parsing regexp: " + std::string(go_error(code));
    const bool whole = code == re2::RE2::ErrorMissingParen || code == re2::RE2::ErrorUnexpectedParen;
    if (code != re2::RE2::ErrorPatternTooLarge) message += ": `" + (whole ? std::string(pattern) : re.error_arg()) + "`";
    return invalid(std::move(message));
  };
  if (!valid_utf8(pattern)) return invalid("error parsing regexp: invalid UTF-8: `" + std::string(pattern) + "`");
  RegexSyntax syntax = RegexSyntax::read(pattern);
  if (!syntax.refusal.empty()) {
    const re2::RE2 before(syntax.re2, options);
    if (before.ok() || before.error_code() == re2::RE2::ErrorMissingParen || before.error_code() == re2::RE2::ErrorMissingBracket) return invalid(std::move(syntax.refusal));
    return check(before).error();
  }
  std::string text = std::move(syntax.re2);
  Regex out;
  out.pattern_ = std::string(pattern);
  if (flags & kAnchored) {
    // The bare expression first, so that `a)(b` does not slip through.
    if (auto ok = check(re2::RE2(text, options)); !ok) return ok.error();
    text = "^(?:" + text + ")$";
  }
  auto re = std::make_shared<re2::RE2>(text, options);
  if (auto ok = check(*re); !ok) return ok.error();
  out.re_ = std::move(re);
  return out;
}

bool Regex::matches(std::string_view text) const {
  if (re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *re_)) return true;
  return !valid_utf8(text) && re2::RE2::PartialMatch(replace_invalid_utf8(text), *re_);
}

}  // namespace sleipnir
