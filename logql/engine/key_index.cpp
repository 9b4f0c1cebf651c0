#include "logql/engine/key_index.h"

#include <algorithm>
#include <array>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace sleipnir::logql {

namespace {
constexpr size_t kAhead = 16;       // keys whose slots are on their way at a time
constexpr size_t kSmall = 1 << 16;  // slots; a table that reaches this tends to go on growing, and each growth moves all

uint32_t hash_of(std::string_view key) { return static_cast<uint32_t>(XXH3_64bits(key.data(), key.size())); }
}  // namespace

uint32_t KeyIndex::find_or_add(std::string_view key) { return find_or_add(key, hash_of(key)); }

void KeyIndex::find_or_add(std::span<const std::string_view> keys, std::span<uint32_t> numbers) {
  std::array<uint32_t, kAhead> hashes;
  for (size_t from = 0; from < keys.size(); from += kAhead) {
    const size_t count = std::min(kAhead, keys.size() - from);
    while ((keys_.size() + count) * 2 >= slots_.size()) grow();
    for (size_t i = 0; i < count; ++i) {
      hashes[i] = hash_of(keys[from + i]);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    const auto likely = [&](size_t i) { return slots_[hashes[i] & (slots_.size() - 1)].number; };
    for (size_t i = 0; i < count; ++i)
      if (likely(i) != kFree) __builtin_prefetch(&keys_[likely(i)]);
    for (size_t i = 0; i < count; ++i)
      if (likely(i) != kFree) __builtin_prefetch(keys_[likely(i)].data());
    for (size_t i = 0; i < count; ++i) numbers[from + i] = find_or_add(keys[from + i], hashes[i]);
  }
}

uint32_t KeyIndex::find_or_add(std::string_view key, uint32_t hash) {
  if (keys_.size() * 2 >= slots_.size()) grow();
  for (size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[i];
    if (slot.number == kFree) {
      const std::string_view kept = arena_.keep(key);
      slot = {hash, size()};
      keys_.push_back(kept);
      key_bytes_ += kept.size();
      return slot.number;
    }
    if (slot.hash == hash && keys_[slot.number] == key) return slot.number;
  }
}

void KeyIndex::grow() {
  std::vector<Slot> old(slots_.size() < kSmall ? std::max<size_t>(64, slots_.size() * 8) : slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.number == kFree) continue;
    size_t i = slot.hash & (slots_.size() - 1);
    while (slots_[i].number != kFree) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }
}

}  // namespace sleipnir::logql
