#pragma once
#include <xxhash.h>

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/short_bytes.h"

namespace sleipnir::storage {

/// Numbers distinct packed ids in order of appearance. All bytes are hashed: many ids begin alike, with a time or with padding.
class DistinctIds {
 public:
  /// Ids behind each other, `bytes` each.
  DistinctIds(std::string_view ids, size_t bytes) : ids_(ids), bytes_(bytes), slots_(std::bit_ceil(2 * ids.size() / bytes + 2)) {}

  static constexpr uint32_t kNone = UINT32_MAX;

  /// The number of each id; once, at first.
  std::vector<uint32_t> codes() {
    return each(ids_, [this](const char* id, uint64_t hash) { return code(id, hash); });
  }
  /// The numbers of other ids; kNone.
  std::vector<uint32_t> find(std::string_view ids) {
    return each(ids, [this](const char* id, uint64_t hash) { return slot(id, hash).next - 1; });
  }
  size_t size() const { return firsts_.size(); }
  std::string entries() const {
    std::string out(firsts_.size() * bytes_, '\0');
    for (size_t e = 0; e < firsts_.size(); ++e) copy_bytes(out.data() + e * bytes_, id(firsts_[e]), bytes_);
    return out;
  }

 private:
  struct Slot { uint32_t tag = 0, next = 0; };  // next: code + 1, 0 is free

  const char* id(size_t i) const { return ids_.data() + i * bytes_; }
  /// Calls of(id, hash) for each id. The table is larger than caches: slots are fetched ahead.
  template <class Of>
  std::vector<uint32_t> each(std::string_view ids, Of of) {
    constexpr size_t kAhead = 16;
    const size_t count = ids.size() / bytes_, mask = slots_.size() - 1;
    std::vector<uint64_t> hashes(count);
    for (size_t i = 0; i < count; ++i) hashes[i] = XXH3_64bits(ids.data() + i * bytes_, bytes_);
    std::vector<uint32_t> out(count);
    for (size_t i = 0; i < count; ++i) {
      if (i + kAhead < count) __builtin_prefetch(&slots_[hashes[i + kAhead] & mask]);
      out[i] = of(ids.data() + i * bytes_, hashes[i]);
    }
    return out;
  }
  /// That of the id, or a free one.
  Slot& slot(const char* wanted, uint64_t hash) {
    const auto tag = static_cast<uint32_t>(hash >> 32);
    for (size_t at = hash;; ++at) {
      Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.next == 0 || (slot.tag == tag && same_bytes(id(firsts_[slot.next - 1]), wanted, bytes_))) return slot;
    }
  }
  uint32_t code(const char* id, uint64_t hash) {
    Slot& slot = this->slot(id, hash);
    if (slot.next == 0) {
      firsts_.push_back(static_cast<uint32_t>((id - ids_.data()) / static_cast<ptrdiff_t>(bytes_)));
      slot = {static_cast<uint32_t>(hash >> 32), static_cast<uint32_t>(firsts_.size())};
    }
    return slot.next - 1;
  }

  std::string_view ids_;
  size_t bytes_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> firsts_;  // of each code, the first id that has it
};

}  // namespace sleipnir::storage
