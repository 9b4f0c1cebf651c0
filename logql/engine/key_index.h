#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "logql/stages/arena.h"

namespace sleipnir::logql {

/// Numbers distinct keys densely, from 0 in order of first appearance. Open addressing: a lookup touches a slot and the key.
class KeyIndex {
 public:
  struct Found {
    uint32_t number;
    bool added;
  };
  Found find_or_add(std::string_view key) {
    if (keys_.size() * 2 >= slots_.size()) grow();
    const uint64_t hash = std::hash<std::string_view>()(key);
    for (size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[i];
      if (slot.number == kFree) {
        const std::string_view kept = arena_.keep(key);
        slot = {hash, kept.data(), static_cast<uint32_t>(kept.size()), static_cast<uint32_t>(keys_.size())};
        keys_.push_back(kept);
        return {slot.number, true};
      }
      if (slot.hash == hash && std::string_view(slot.key, slot.length) == key) return {slot.number, false};
    }
  }
  std::string_view key(uint32_t number) const { return keys_[number]; }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  struct Slot {
    uint64_t hash = 0;
    const char* key = nullptr;
    uint32_t length = 0, number = kFree;
  };
  void grow() {
    std::vector<Slot> old(std::max<size_t>(64, slots_.size() * 2));
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number == kFree) continue;
      size_t i = slot.hash & (slots_.size() - 1);
      while (slots_[i].number != kFree) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;  // a power of two, at most half full
  std::vector<std::string_view> keys_;
  Arena arena_;
};

}  // namespace sleipnir::logql
