#include <re2/re2.h>

#include <array>

#include "base/regex.h"
#include "base/text.h"
#include "logql/template/function.h"
#include "logql/template/regex_expansion.h"

namespace sleipnir::logql::gotemplate {
namespace {

/// Expressions are mostly constants of the template, so each thread keeps those it compiled last.
Result<Regex> compiled(std::string_view pattern) {
  thread_local std::array<std::optional<Regex>, 8> recent;
  thread_local size_t next = 0;
  for (const auto& regex : recent) {
    if (regex && regex->pattern() == pattern) return *regex;
  }
  auto regex = Regex::compile(pattern);
  if (regex.ok()) recent[next++ % recent.size()] = *regex;
  return regex;
}

/// What RE2 takes as Go takes `text`, which is in `valid` if it is another.
std::string_view as_valid(std::string_view text, std::string& valid) {
  return valid_utf8(text) ? text : std::string_view(valid = replace_invalid_utf8(text));
}

using Groups = std::vector<re2::StringPiece>;

bool search(const re2::RE2& re, std::string_view s, size_t from, Groups& groups) {
  return re.Match(re2::StringPiece(s.data(), s.size()), from, s.size(), re2::RE2::UNANCHORED, groups.data(), static_cast<int>(groups.size()));
}

size_t begin_of(const Groups& groups, std::string_view s) { return groups[0].data() - s.data(); }
size_t end_of(const Groups& groups, std::string_view s) { return begin_of(groups, s) + groups[0].size(); }

size_t rune_size(std::string_view s, size_t i) {
  char32_t r;
  return i < s.size() ? decode_utf8(s, i, r) : 1;
}

Value replace_all(Call& c, std::string_view text, std::string_view replacement, bool literal) {
  const auto regex = compiled(c.text(0));
  if (!regex.ok()) return c.fail(regex.error().message);
  std::string valid;
  const std::string_view s = as_valid(text, valid);
  const re2::RE2& re = regex->re2();
  Groups groups(literal ? 1 : 1 + re.NumberOfCapturingGroups());
  std::string out;
  size_t copied = 0;
  for (size_t from = 0; from <= s.size() && search(re, s, from, groups);) {
    const size_t begin = begin_of(groups, s), end = end_of(groups, s);
    out += s.substr(copied, begin - copied);
    // An empty match right after another one counts for nothing.
    if (end > copied || begin == 0) {
      if (literal) out += replacement;
      else append_expansion(out, re, groups, replacement);
    }
    if (out.size() > kMaxText) return c.fail(std::string(kTextTooLong));
    copied = end;
    from = std::max(end, from + rune_size(s, from));
  }
  out += s.substr(copied);
  return c.keep(std::move(out));
}

Value regex_replace_all(Call& c) { return replace_all(c, c.text(1), c.text(2), false); }
Value regex_replace_all_literal(Call& c) { return replace_all(c, c.text(1), c.text(2), true); }
/// Prometheus has the replacement before the text.
Value re_replace_all(Call& c) { return replace_all(c, c.text(2), c.text(1), false); }

Value match(Call& c) {
  const auto regex = compiled(c.text(0));
  return regex.ok() ? Value::of_bool(regex->matches(c.text(1))) : c.fail(regex.error().message);
}

Value count(Call& c) {
  const auto regex = compiled(c.text(0));
  if (!regex.ok()) return c.fail(regex.error().message);
  std::string valid;
  const std::string_view s = as_valid(c.text(1), valid);
  Groups groups(1);
  int64_t n = 0;
  size_t last_end = std::string_view::npos;
  for (size_t from = 0; from <= s.size() && search(regex->re2(), s, from, groups);) {
    const size_t begin = begin_of(groups, s), end = end_of(groups, s);
    if (end != from || begin != last_end) ++n;
    from = end == from ? from + rune_size(s, from) : end;
    last_end = end;
  }
  return Value::of_int(n);
}

constexpr Param kS = Param::kString;
constexpr Function kFunctions[] = {
    {"count", {kS, kS}, count},
    {"regexReplaceAll", {kS, kS, kS}, regex_replace_all},
    {"regexReplaceAllLiteral", {kS, kS, kS}, regex_replace_all_literal},
};
constexpr Function kAlertFunctions[] = {
    {"match", {kS, kS}, match},
    {"reReplaceAll", {kS, kS, kS}, re_replace_all},
};

}  // namespace

FunctionTable regex_functions() { return kFunctions; }
FunctionTable alert_regex_functions() { return kAlertFunctions; }

}  // namespace sleipnir::logql::gotemplate
