#include "api/ingest_metadata_names.h"

#include <algorithm>

#include "base/text.h"

namespace sleipnir::api {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); }

bool is_normal(std::string_view name) {
  if (name.empty() || is_digit(name[0])) return false;
  bool underscore = false, other = false;
  for (char c : name) {
    if (c == '_' ? underscore : !is_alphanumeric(c)) return false;
    underscore = c == '_';
    other |= !underscore;
  }
  return other;
}

void blank_replacement_characters(std::string& value) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  size_t at = value.find(kReplacement);
  if (at == std::string::npos) return;
  std::string out;
  size_t from = 0;
  for (; at != std::string::npos; at = value.find(kReplacement, from)) {
    out.append(value, from, at - from).push_back(' ');
    from = at + kReplacement.size();
  }
  value = out.append(value, from);
}

}  // namespace

Result<std::string> normalize_metadata_name(std::string_view name) {
  if (name.empty()) return invalid("label name is empty");
  const bool reserved = name.size() > 4 && name.starts_with("__") && name.ends_with("__");
  std::string out;
  for (char c : reserved ? name.substr(2, name.size() - 4) : name) {
    if (is_alphanumeric(c)) out += c;
    else if (!out.ends_with('_')) out += '_';
  }
  if (reserved) out = "__" + out + "__";
  if (is_digit(out[0])) out.insert(0, "key_");
  if (out.find_first_not_of('_') == std::string::npos)
    return invalid("normalization for label name " + go_quote(name) + " resulted in invalid name " + go_quote(out));
  return out;
}

Result<void> normalize_metadata(std::vector<Label>& metadata) {
  for (Label& label : metadata) {
    if (!is_normal(label.name)) {
      auto name = normalize_metadata_name(label.name);
      if (!name) return name.error();
      label.name = std::move(*name);
    }
    blank_replacement_characters(label.value);
  }
  return {};
}

}  // namespace sleipnir::api
