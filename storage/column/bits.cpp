#include "storage/column/bits.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace sleipnir::storage {
namespace {

template <class T>
void pack(std::string& out, std::span<const T> values, unsigned width) {
  const size_t start = out.size(), bytes = packed_bytes(values.size(), width);
  out.resize(start + bytes);
  char* to = out.data() + start;
  if (width == 0) return;
  uint64_t pending = 0;
  unsigned filled = 0;
  size_t at = 0;
  for (const T value : values) {
    const auto v = static_cast<uint64_t>(value);
    assert(width >= 64 || v >> width == 0);
    pending |= v << filled;
    filled += width;
    if (filled < 64) continue;
    std::memcpy(to + at, &pending, 8);
    at += 8;
    filled -= 64;
    pending = filled ? v >> (width - filled) : 0;
  }
  for (; at < bytes; ++at, pending >>= 8) to[at] = static_cast<char>(pending);
}

/// Eight values of `Width` bits fill `Width` bytes: shifts and offsets are constants. Reads up to 8 bytes beyond the last byte of the eight.
template <unsigned Width, class T, size_t... K>
void unpack_eight(const char* from, T* out, std::index_sequence<K...>) {
  constexpr uint64_t kMask = (uint64_t{1} << Width) - 1;
  const auto value = [from](size_t bit) {
    uint64_t word;
    std::memcpy(&word, from + bit / 8, sizeof word);
    return static_cast<T>(word >> bit % 8 & kMask);
  };
  ((out[K] = value(K * Width)), ...);
}

/// `count` is a multiple of eight.
template <unsigned Width, class T>
void unpack_eights(const char* from, T* out, size_t count) {
  for (size_t i = 0; i < count; i += 8, from += Width) unpack_eight<Width>(from, out + i, std::make_index_sequence<8>());
}

/// Beyond this width a value may lie over nine bytes.
constexpr unsigned kMostWidth = 57;

template <class T>
using UnpackEights = void (*)(const char*, T*, size_t);
template <class T, size_t... Width>
constexpr std::array<UnpackEights<T>, kMostWidth + 1> eights_of(std::index_sequence<Width...>) {
  return {nullptr, unpack_eights<Width + 1, T>...};
}

template <class T>
void unpack_all(const PackedBits& bits, const char* data, size_t first, std::span<T> out) {
  static constexpr auto kEights = eights_of<T>(std::make_index_sequence<kMostWidth>());
  const unsigned width = bits.width();
  if (width == 0) {
    std::fill(out.begin(), out.end(), T{0});
    return;
  }
  size_t i = 0;
  if (width <= kMostWidth) {
    for (; i < out.size() && (first + i) % 8; ++i) out[i] = static_cast<T>(bits[first + i]);
    const size_t eights = (out.size() - i) / 8 * 8;
    kEights[width](data + (first + i) / 8 * width, out.data() + i, eights);
    i += eights;
  }
  for (; i < out.size(); ++i) out[i] = static_cast<T>(bits[first + i]);
}

}  // namespace

void pack_bits(std::string& out, std::span<const uint64_t> values, unsigned width) { pack(out, values, width); }
void pack_bits(std::string& out, std::span<const uint32_t> values, unsigned width) { pack(out, values, width); }
void PackedBits::unpack(size_t first, std::span<uint32_t> out) const { unpack_all(*this, data_, first, out); }
void PackedBits::unpack(size_t first, std::span<uint64_t> out) const { unpack_all(*this, data_, first, out); }


bool all_below(const PackedBits& bits, size_t count, uint64_t limit) {
  if (bits.width() < 64 && (uint64_t{1} << bits.width()) <= limit) return true;
  uint32_t piece[1024], most = 0;
  for (size_t at = 0; at < count; at += std::size(piece)) {
    const auto part = std::span(piece).first(std::min(std::size(piece), count - at));
    bits.unpack(at, part);
    for (const uint32_t v : part) most = std::max(most, v);
  }
  return count == 0 || most < limit;
}

}  // namespace sleipnir::storage
