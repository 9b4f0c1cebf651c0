#include "storage/scan/duplicate_set.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <random>

namespace sleipnir::storage {
namespace {

uint64_t process_secret() {
  static const uint64_t secret = [] {
    std::random_device device;
    return static_cast<uint64_t>(device()) << 32 | device();
  }();
  return secret;
}

constexpr EntryIdentity kFree{0, 0};

}  // namespace

EntryIdentity identify(uint64_t stream, Nanos timestamp, uint64_t line_bytes, std::string_view content) {
  XXH128_hash_t hash = XXH3_128bits_withSeed(content.data(), content.size(), process_secret());
  uint64_t parts[] = {hash.low64, hash.high64, stream, static_cast<uint64_t>(timestamp), line_bytes};
  XXH128_hash_t all = XXH3_128bits_withSeed(parts, sizeof parts, process_secret());
  return {all.low64 | 1, all.high64};
}

size_t DuplicateSet::slot(EntryIdentity identity) const {
  size_t mask = slots_.size() - 1;
  size_t i = identity.high & mask;
  while (slots_[i] != kFree && slots_[i] != identity) i = (i + 1) & mask;
  return i;
}

void DuplicateSet::grow() {
  std::vector<EntryIdentity> old(slots_.empty() ? 1024 : slots_.size() * 2, kFree);
  old.swap(slots_);
  for (EntryIdentity identity : old) {
    if (identity != kFree) slots_[slot(identity)] = identity;
  }
}

void DuplicateSet::reserve(size_t count) { slots_.assign(std::bit_ceil(std::max<size_t>(count, 512) * 2), kFree); }

bool DuplicateSet::insert(EntryIdentity identity) {
  if (used_ * 2 >= slots_.size()) grow();
  size_t i = slot(identity);
  if (slots_[i] == identity) return false;
  slots_[i] = identity;
  used_++;
  return true;
}

bool DuplicateSet::contains(EntryIdentity identity) const { return !slots_.empty() && slots_[slot(identity)] == identity; }

}  // namespace sleipnir::storage
