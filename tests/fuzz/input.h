#pragma once
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace sleipnir::fuzz {

/// Ends the run with a reason when something that must hold does not.
inline void require(bool holds, const char* what, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "violated: %s: %.*s\n", what, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

/// The input up to the first NUL, and what follows it.
inline std::pair<std::string_view, std::string_view> split(const uint8_t* data, size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t cut = all.find('\0');
  if (cut == std::string_view::npos) return {all, {}};
  return {all.substr(0, cut), all.substr(cut + 1)};
}

}  // namespace sleipnir::fuzz
