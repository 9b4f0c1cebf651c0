#pragma once
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

namespace sleipnir::testing {

/// Random choices that a seed decides.
class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t n) { return random_() % n; }
  bool one_in(uint64_t n) { return below(n) == 0; }
  std::string pick(std::initializer_list<const char*> choices) { return *(choices.begin() + below(choices.size())); }
  template <class T>
  const T& any_of(const std::vector<T>& choices) { return choices[below(choices.size())]; }
  std::string hex(size_t digits) {
    std::string text;
    for (; digits > 0; --digits) text += "0123456789abcdef"[below(16)];
    return text;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace sleipnir::testing
