#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "logql/stages/arena.h"

namespace sleipnir::logql {

/// Numbers distinct keys densely, from 0 in order of first appearance; fewer than 2^31. Open addressing: a slot takes 8 bytes, and a table that grows
/// touches no key. One thread.
class KeyIndex {
 public:
  uint32_t find_or_add(std::string_view key);
  /// The same of many keys: the memory of those that follow is fetched meanwhile. `numbers` is as long as `keys`.
  void find_or_add(std::span<const std::string_view> keys, std::span<uint32_t> numbers);

  uint32_t size() const { return static_cast<uint32_t>(keys_.size()); }
  std::string_view key(uint32_t number) const { return keys_[number]; }
  std::span<const std::string_view> keys() const { return keys_; }
  size_t bytes() const { return slots_.capacity() * sizeof(Slot) + keys_.capacity() * sizeof(std::string_view) + key_bytes_; }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  struct Slot {
    uint32_t hash = 0, number = kFree;
  };
  uint32_t find_or_add(std::string_view key, uint32_t hash);
  void grow();

  std::vector<Slot> slots_;  // a power of two, at most half full
  std::vector<std::string_view> keys_;
  size_t key_bytes_ = 0;
  Arena arena_;
};

}  // namespace sleipnir::logql
