#include "storage/part/id_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "storage/bytes.h"
#include "storage/column/bits.h"

namespace sleipnir::storage {
namespace {

/// Differences are Rice coded: `low` bits packed, the rest in unary. The best split is near the logarithm of the mean.
unsigned low_bits(uint64_t range, size_t entries) { return entries && range / entries ? bits_for(range / entries) - 1 : 0; }

/// Calls visit(fingerprint, blocks, i) for entry after entry, whose block is blocks[i], until it returns false. False where the bytes are damaged.
template <class Visit>
bool each_entry(std::string_view bytes, const IdPage& page, Visit visit) {
  ByteReader in(bytes);
  const unsigned low = in.fixed<uint8_t>(), block_width = in.fixed<uint8_t>();
  const std::string_view unary = in.bytes();
  if (!in.ok() || low > 32 || block_width > 32) return false;
  std::string packed(in.rest());
  const size_t lows_bytes = packed_bytes(page.entries, low);
  if (packed.size() != lows_bytes + packed_bytes(page.entries, block_width)) return false;
  packed.append(PackedBits::kPadding, '\0');
  const PackedBits lows(packed.data(), low), blocks(packed.data() + lows_bytes, block_width);
  std::array<uint32_t, 256> some_lows;
  uint32_t value = page.first, i = 0;
  uint64_t zeros = 0;  // in front of the next 1, of the words gone through
  for (size_t at = 0; at < unary.size(); at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, unary.data() + at, std::min(sizeof word, unary.size() - at));
    unsigned from = 0;  // bit behind the last 1 of this word
    for (; word; word &= word - 1) {
      if (i == page.entries) return false;
      const auto one = static_cast<unsigned>(std::countr_zero(word));
      const uint64_t high = zeros + (one - from);
      zeros = 0;
      from = one + 1;
      const uint32_t slot = i % some_lows.size();
      if (slot == 0) lows.unpack(i, std::span(some_lows).first(std::min<size_t>(some_lows.size(), page.entries - i)));
      value += static_cast<uint32_t>((high << low) + some_lows[slot]);
      if (!visit(value, blocks, i)) return true;
      ++i;
    }
    zeros += 64 - from;
  }
  return i == page.entries;
}

}  // namespace

void put_id_page(std::string& out, const std::vector<IdEntry>& entries) {
  const uint32_t range = entries.back().fingerprint - entries.front().fingerprint;
  const unsigned low = low_bits(range, entries.size());
  const uint32_t low_mask = (uint32_t{1} << low) - 1;
  uint32_t most_block = 0, previous = entries.front().fingerprint;
  std::vector<uint32_t> lows(entries.size()), blocks(entries.size());
  std::string unary(((range >> low) + entries.size()) / 8 + 1, '\0');  // that many bits at most
  size_t bit = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    const uint32_t difference = entries[i].fingerprint - std::exchange(previous, entries[i].fingerprint);
    lows[i] = difference & low_mask;
    bit += difference >> low;
    unary[bit / 8] = static_cast<char>(unary[bit / 8] | 1 << bit % 8);
    ++bit;
    blocks[i] = entries[i].block;
    most_block = std::max(most_block, blocks[i]);
  }
  unary.resize((bit + 7) / 8);
  put_fixed(out, static_cast<uint8_t>(low));
  put_fixed(out, static_cast<uint8_t>(bits_for(most_block)));
  put_bytes(out, unary);
  pack_bits(out, std::span<const uint32_t>(lows), low);
  pack_bits(out, std::span<const uint32_t>(blocks), bits_for(most_block));
}

bool read_id_page(std::string_view bytes, const IdPage& page, std::vector<IdEntry>& entries) {
  entries.reserve(entries.size() + page.entries);
  return each_entry(bytes, page, [&](uint32_t fingerprint, const PackedBits& blocks, uint32_t i) {
    entries.push_back({fingerprint, static_cast<uint32_t>(blocks[i])});
    return true;
  });
}

bool find_in_id_page(std::string_view bytes, const IdPage& page, uint32_t wanted, std::vector<uint32_t>& found) {
  return each_entry(bytes, page, [&](uint32_t fingerprint, const PackedBits& blocks, uint32_t i) {
    if (fingerprint == wanted) found.push_back(static_cast<uint32_t>(blocks[i]));
    return fingerprint <= wanted;
  });
}

std::pair<size_t, size_t> pages_of(const std::vector<IdPage>& pages, uint32_t fingerprint) {
  const auto by_first = [](const IdPage& p, uint32_t f) { return p.first < f; };
  const auto begin = std::lower_bound(pages.begin(), pages.end(), fingerprint, by_first);
  size_t last = static_cast<size_t>(begin - pages.begin());
  const size_t first = last ? last - 1 : 0;
  while (last < pages.size() && pages[last].first == fingerprint) ++last;
  return {first, last};
}

}  // namespace sleipnir::storage
