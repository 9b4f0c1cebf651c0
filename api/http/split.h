#pragma once
#include <algorithm>
#include <string_view>

namespace sleipnir::api {

/// Calls `f(part)` for each part of the text between separators, empty ones included; once for an empty text.
template <class F>
void each_part(std::string_view text, char separator, F&& f) {
  for (;;) {
    const size_t end = std::min(text.find(separator), text.size());
    f(text.substr(0, end));
    if (end == text.size()) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace sleipnir::api
