#pragma once
// Unsigned integers packed at one width of bits, readable at random.
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace sleipnir::storage {

/// Bits that hold every value up to `max`; 0 for 0.
inline unsigned bits_for(uint64_t max) { return static_cast<unsigned>(std::bit_width(max)); }

inline uint64_t packed_bytes(uint64_t count, unsigned width) { return (count * width + 7) / 8; }

/// Appends packed_bytes(values.size(), width) bytes. Every value must fit into `width` bits (0..64).
void pack_bits(std::string& out, std::span<const uint64_t> values, unsigned width);
void pack_bits(std::string& out, std::span<const uint32_t> values, unsigned width);

/// Packed values in memory that the caller keeps and that stays readable kPadding bytes beyond the last value.
class PackedBits {
 public:
  static constexpr size_t kPadding = 8;
  PackedBits() = default;
  PackedBits(const char* data, unsigned width) : data_(data), width_(width), mask_(width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1) {}

  uint64_t operator[](size_t i) const {
    const uint64_t bit = i * width_;
    uint64_t word;
    std::memcpy(&word, data_ + (bit >> 3), sizeof word);
    const unsigned shift = bit & 7;
    word >>= shift;
    if (width_ > 57 && shift) word |= static_cast<uint64_t>(static_cast<uint8_t>(data_[(bit >> 3) + 8])) << (64 - shift);
    return word & mask_;
  }
  /// Values [first, first + out.size()). About a cycle a value.
  void unpack(size_t first, std::span<uint32_t> out) const;
  void unpack(size_t first, std::span<uint64_t> out) const;
  unsigned width() const { return width_; }

 private:
  const char* data_ = nullptr;
  unsigned width_ = 0;
  uint64_t mask_ = 0;
};

/// Whether the first `count` values are below `limit`. Widths up to 32.
bool all_below(const PackedBits& bits, size_t count, uint64_t limit);

}  // namespace sleipnir::storage
