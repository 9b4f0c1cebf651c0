#include "logql/stages/label_name.h"

#include <array>

#include "base/text.h"

namespace sleipnir::logql {
namespace {

constexpr std::array<bool, 256> kNameBytes = [] {
  std::array<bool, 256> is{};
  for (int c = '0'; c <= '9'; ++c) is[c] = true;
  for (int c = 'A'; c <= 'Z'; ++c) is[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) is[c] = true;
  is['_'] = true;
  return is;
}();

bool only_name_bytes(std::string_view s) {
  for (unsigned char c : s)
    if (!kNameBytes[c]) return false;
  return true;
}

bool starts_with_digit(std::string_view s) { return !s.empty() && s[0] >= '0' && s[0] <= '9'; }

}  // namespace

std::string_view label_name(std::string_view key, Arena& arena) {
  if (only_name_bytes(key) && !starts_with_digit(key)) return key;
  return arena.keep(sanitize_label_name(key));
}

void append_label_name(std::string& path, std::string_view key) {
  if (only_name_bytes(key)) {
    if (key.empty()) return;
    if (path.empty() ? starts_with_digit(key) : true) path += '_';
    path += key;
    return;
  }
  // A leading digit needs its `_` at the start of the path only, so behind one it is sanitised as if a letter stood before it.
  if (path.empty()) {
    path = sanitize_label_name(key);
    return;
  }
  const std::string_view trimmed = trim_space(key);
  if (!trimmed.empty()) path += sanitize_label_name("_" + std::string(trimmed));
}

}  // namespace sleipnir::logql
