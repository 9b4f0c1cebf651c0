#include "storage/column/bits.h"

#include <cassert>

namespace sleipnir::storage {
namespace {

template <class T>
void pack(std::string& out, std::span<const T> values, unsigned width) {
  const size_t start = out.size(), bytes = packed_bytes(values.size(), width);
  out.resize(start + bytes);
  char* to = out.data() + start;
  unsigned __int128 pending = 0;
  unsigned filled = 0;
  size_t at = 0;
  for (const T v : values) {
    assert(width >= 64 || (static_cast<uint64_t>(v) >> width) == 0);
    pending |= static_cast<unsigned __int128>(v) << filled;
    filled += width;
    while (filled >= 64) {
      const uint64_t word = static_cast<uint64_t>(pending);
      std::memcpy(to + at, &word, 8);
      at += 8;
      pending >>= 64;
      filled -= 64;
    }
  }
  for (; at < bytes; ++at, pending >>= 8) to[at] = static_cast<char>(pending);
}

template <class T>
void unpack_all(const PackedBits& bits, size_t first, std::span<T> out) {
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(bits[first + i]);
}

}  // namespace

void pack_bits(std::string& out, std::span<const uint64_t> values, unsigned width) { pack(out, values, width); }
void pack_bits(std::string& out, std::span<const uint32_t> values, unsigned width) { pack(out, values, width); }
void PackedBits::unpack(size_t first, std::span<uint32_t> out) const { unpack_all(*this, first, out); }
void PackedBits::unpack(size_t first, std::span<uint64_t> out) const { unpack_all(*this, first, out); }

}  // namespace sleipnir::storage
