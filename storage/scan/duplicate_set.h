#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sleipnir::storage {

/// Stands for (stream, timestamp, line, metadata). 128 bits of a hash with a secret of the process: two entries with the same identity
/// are the same entry, as certainly as the memory they lie in.
struct EntryIdentity {
  uint64_t low, high;
  bool operator==(const EntryIdentity&) const = default;
};

/// `content` is the line, `line_bytes` long, followed by the coded metadata.
EntryIdentity identify(uint64_t stream, Nanos timestamp, uint64_t line_bytes, std::string_view content);

/// A set of identities: open addressing, 16 bytes a slot, at most half full. Not thread-safe.
class DuplicateSet {
 public:
  /// False when it was in already.
  bool insert(EntryIdentity identity);
  bool contains(EntryIdentity identity) const;
  /// Makes the next question about `identity` cheaper: sets are larger than caches.
  void prefetch(EntryIdentity identity) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[identity.high & (slots_.size() - 1)]);
  }
  /// Room for that many without growing. To be called while empty.
  void reserve(size_t count);
  size_t size() const { return used_; }

 private:
  /// The slot that holds `identity`, or the free one where it belongs.
  size_t slot(EntryIdentity identity) const;
  void grow();

  std::vector<EntryIdentity> slots_;  // {0, 0} is free
  size_t used_ = 0;
};

}  // namespace sleipnir::storage
