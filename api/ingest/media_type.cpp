#include "api/ingest/media_type.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace sleipnir::api {
namespace {

bool is_token_byte(char c) {
  constexpr std::string_view kSeparators = "()<>@,;:\\\"/[]?=";
  return c > ' ' && c < 0x7f && kSeparators.find(c) == std::string_view::npos;
}

std::string_view take_token(std::string_view& rest) {
  const size_t end = std::find_if_not(rest.begin(), rest.end(), is_token_byte) - rest.begin();
  const std::string_view token = rest.substr(0, end);
  rest.remove_prefix(end);
  return token;
}

/// Removes a quoted string from the front; false where it is not closed or holds a line break.
bool take_quoted(std::string_view& rest) {
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return true;
    }
    if (rest[i] == '\r' || rest[i] == '\n') return false;
    if (rest[i] == '\\') ++i;
  }
  return false;
}

/// Removes `; name=value` from the front and returns the name, empty if there is no such thing.
std::string take_parameter(std::string_view& text) {
  std::string_view rest = trim_space(text);
  if (rest.empty() || rest[0] != ';') return {};
  rest = trim_space(rest.substr(1));
  std::string name = to_lower(take_token(rest));
  rest = trim_space(rest);
  if (name.empty() || rest.empty() || rest[0] != '=') return {};
  rest = trim_space(rest.substr(1));
  if (!rest.empty() && rest[0] == '"' ? !take_quoted(rest) : take_token(rest).empty()) return {};
  text = rest;
  return name;
}

Result<void> check_type(std::string_view type) {
  std::string_view rest = type;
  if (take_token(rest).empty()) return invalid("mime: no media type");
  if (rest.empty()) return {};
  if (rest[0] != '/') return invalid("mime: expected slash in first token");
  rest.remove_prefix(1);
  if (take_token(rest).empty()) return invalid("mime: expected token after slash");
  if (!rest.empty()) return invalid("mime: unexpected content after media subtype");
  return {};
}

}  // namespace

Result<std::string> parse_media_type(std::string_view header) {
  const size_t semicolon = std::min(header.find(';'), header.size());
  std::string type = to_lower(trim_space(header.substr(0, semicolon)));
  if (auto checked = check_type(type); !checked) return checked.error();
  std::string_view rest = header.substr(semicolon);
  std::vector<std::string> names;
  while (!trim_space(rest).empty()) {
    std::string name = take_parameter(rest);
    if (name.empty()) {
      if (trim_space(rest) == ";") break;
      return invalid("mime: invalid media parameter");
    }
    if (std::find(names.begin(), names.end(), name) != names.end()) return invalid("mime: duplicate parameter name");
    names.push_back(std::move(name));
  }
  return type;
}

}  // namespace sleipnir::api
