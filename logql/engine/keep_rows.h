#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sleipnir::logql {

/// Keeps the rows for which keeps(i) holds, i being their place.
template <class Keeps>
void keep_rows(std::vector<uint32_t>& rows, Keeps keeps) {
  size_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[kept] = rows[i];
    kept += keeps(i);
  }
  rows.resize(kept);
}

}  // namespace sleipnir::logql
