#pragma once
// Values are short, mostly of 3 to 32 bytes: two words that may overlap are compared and copied without a loop or a call.
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sleipnir::storage {

template <class Word>
bool same_ends(const char* a, const char* b, size_t n) {
  Word a0, b0, a1, b1;
  std::memcpy(&a0, a, sizeof a0);
  std::memcpy(&b0, b, sizeof b0);
  std::memcpy(&a1, a + n - sizeof a1, sizeof a1);
  std::memcpy(&b1, b + n - sizeof b1, sizeof b1);
  return ((a0 ^ b0) | (a1 ^ b1)) == 0;
}

inline bool same_bytes(const char* a, const char* b, size_t n) {
  if (n > 32) return std::memcmp(a, b, n) == 0;
  if (n > 16) return same_ends<uint64_t>(a, b, 16) && same_ends<uint64_t>(a + n - 16, b + n - 16, 16);
  if (n >= 8) return same_ends<uint64_t>(a, b, n);
  if (n >= 4) return same_ends<uint32_t>(a, b, n);
  for (size_t i = 0; i < n; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

inline bool same_text(std::string_view a, std::string_view b) { return a.size() == b.size() && same_bytes(a.data(), b.data(), a.size()); }

template <class Word>
void copy_ends(char* to, const char* from, size_t n) {
  Word first, last;
  std::memcpy(&first, from, sizeof first);
  std::memcpy(&last, from + n - sizeof last, sizeof last);
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + n - sizeof last, &last, sizeof last);
}

inline void copy_bytes(char* to, const char* from, size_t n) {
  struct Half { char bytes[16]; };
  if (n > 32) std::memcpy(to, from, n);
  else if (n >= 16) copy_ends<Half>(to, from, n);
  else if (n >= 8) copy_ends<uint64_t>(to, from, n);
  else if (n >= 4) copy_ends<uint32_t>(to, from, n);
  else
    for (size_t i = 0; i < n; ++i) to[i] = from[i];
}

}  // namespace sleipnir::storage
