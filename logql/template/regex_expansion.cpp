#include "logql/template/regex_expansion.h"

#include <charconv>

#include "base/text.h"
#include "logql/template/runes.h"

namespace sleipnir::logql::gotemplate {
namespace {

using Groups = std::span<const re2::StringPiece>;

/// The name after `$`, as long as can be: `$1x` is group `1x`, `${1}x` is group 1. Empty where the `$` is plain text.
std::string_view group_name(std::string_view& rest) {
  const bool brace = rest.starts_with('{');
  const std::string_view s = brace ? rest.substr(1) : rest;
  size_t end = 0;
  char32_t r;
  while (end < s.size()) {
    const size_t size = decode_utf8(s, end, r);
    if (!is_word(r)) break;
    end += size;
  }
  if (end == 0 || (brace && (end >= s.size() || s[end] != '}'))) return {};
  rest = s.substr(end + brace);
  return s.substr(0, end);
}

void append_group(std::string& out, const re2::RE2& re, Groups groups, std::string_view name) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool numeric = error == std::errc() && end == name.data() + name.size() && (name.size() == 1 || name[0] != '0');
  if (!numeric) {
    const auto it = re.NamedCapturingGroups().find(std::string(name));
    if (it == re.NamedCapturingGroups().end()) return;
    number = it->second;
  }
  if (number < groups.size() && groups[number].data()) out.append(groups[number].data(), groups[number].size());
}

}  // namespace

void append_expansion(std::string& out, const re2::RE2& re, Groups groups, std::string_view text) {
  for (;;) {
    const size_t dollar = text.find('$');
    if (dollar == std::string_view::npos) break;
    out += text.substr(0, dollar);
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const std::string_view name = group_name(text);
    if (name.empty()) out += '$';
    else append_group(out, re, groups, name);
  }
  out += text;
}

}  // namespace sleipnir::logql::gotemplate
