#include "api/ingest/metadata_names.h"

#include <algorithm>
#include <iterator>

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

constexpr char32_t kReplacement = 0xFFFD;  // and what bytes that are no UTF-8 decode to

bool holds_replacement(std::string_view value) {
  for (size_t i = 0; i < value.size();) {
    if (static_cast<unsigned char>(value[i]) < 0x80) {
      ++i;
      continue;
    }
    char32_t rune;
    i += decode_utf8(value, i, rune);
    if (rune == kReplacement) return true;
  }
  return false;
}

std::string blanked(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size();) {
    char32_t rune;
    const size_t n = decode_utf8(value, i, rune);
    if (rune == kReplacement) out += ' ';
    else out.append(value, i, n);
    i += n;
  }
  return out;
}

bool is_normal(const Label& label) { return !label.value.empty() && is_normal(label.name) && !holds_replacement(label.value); }

/// Names and values that change, as Prometheus's label builder keeps them: a name that is set or removed is gone from what was there before.
class Changes {
 public:
  explicit Changes(const std::vector<Label>& before) {
    for (const Label& label : before)
      if (label.value.empty()) remove(label.name);
  }

  void set(const std::string& name, std::string value) {
    if (value.empty()) return remove(name);
    const auto known = find(name);
    if (known != set_.end()) known->value = std::move(value);
    else set_.push_back({name, std::move(value)});
  }
  void remove(const std::string& name) {
    if (const auto known = find(name); known != set_.end()) set_.erase(known);
    removed_.push_back(name);
  }
  void apply(std::vector<Label>& metadata) {
    std::erase_if(metadata, [&](const Label& label) { return find(label.name) != set_.end() || std::find(removed_.begin(), removed_.end(), label.name) != removed_.end(); });
    std::move(set_.begin(), set_.end(), std::back_inserter(metadata));
  }

 private:
  std::vector<Label>::iterator find(const std::string& name) {
    return std::find_if(set_.begin(), set_.end(), [&](const Label& label) { return label.name == name; });
  }

  std::vector<Label> set_;
  std::vector<std::string> removed_;
};

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
  if (std::all_of(metadata.begin(), metadata.end(), [](const Label& label) { return is_normal(label); })) return {};
  Changes changes(metadata);
  for (const Label& label : metadata) {
    auto name = normalize_metadata_name(label.name);
    if (!name) return name.error();
    if (*name != label.name) {
      changes.remove(label.name);
      changes.set(*name, label.value);
    }
    if (holds_replacement(label.value)) changes.set(*name, blanked(label.value));
  }
  changes.apply(metadata);
  return {};
}

}  // namespace sleipnir::api
