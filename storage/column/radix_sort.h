#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sleipnir::storage {

/// Sorts by a 32-bit key, stable, in three passes: fingerprints are random, so that comparing sorts mispredict at every step.
template <class T, class Key>
void radix_sort(std::vector<T>& values, Key key) {
  constexpr unsigned kBits = 11;
  std::vector<T> sorted(values.size());
  for (unsigned shift = 0; shift < 32; shift += kBits) {
    std::array<size_t, (1 << kBits) + 1> starts{};
    const auto digit = [&](const T& v) { return key(v) >> shift & ((1u << kBits) - 1); };
    for (const T& v : values) ++starts[digit(v) + 1];
    if (values.empty() || starts[digit(values.front()) + 1] == values.size()) continue;  // all alike: small keys have such digits
    for (size_t d = 1; d < starts.size(); ++d) starts[d] += starts[d - 1];
    for (const T& v : values) sorted[starts[digit(v)]++] = v;
    values.swap(sorted);
  }
}

}  // namespace sleipnir::storage
