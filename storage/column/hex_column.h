#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace sleipnir::storage {

/// An encoded kHex column taken apart, for writers: what they do with ids they do with packed ones, each once. Views into the encoded bytes.
struct HexColumn {
  static constexpr uint32_t kEmpty = UINT32_MAX;

  std::string_view pattern;
  std::string_view ids;         ///< packed, one behind the other, in order of appearance
  size_t bytes = 0;             ///< of an id
  std::vector<uint32_t> codes;  ///< of each value which id it is, or kEmpty; nothing where each value has its own

  /// `encoded` holds so many values.
  HexColumn(std::string_view encoded, size_t values);
  uint32_t id_of(size_t value) const { return codes.empty() ? static_cast<uint32_t>(value) : codes[value]; }
};

}  // namespace sleipnir::storage
