#pragma once
#include <array>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/scan.h"

namespace sleipnir::logql {

/// What is known of rows with the same stream and structured metadata, found by address within a batch and by value from batch to batch.
/// One thread. Memory: kMost values and those of the current batch.
template <class T>
class PairCache {
 public:
  /// Forgets addresses: those of metadata end with their batch.
  void next_batch() {
    if (known_.size() > kMost) known_.clear();
    indexes_.clear();
    recent_.fill({});
    batch_.clear();
  }

  /// Index within the batch, dense from 0. A new pair gets make(stream, metadata), whose arguments live as long as the result.
  template <class Make>
  uint32_t index(const Stream* stream, const LabelSet& metadata, Make make) {
    const Address address{stream, &metadata};
    Recent& recent = recent_[hash(address) % recent_.size()];
    if (recent.address == address) return recent.index;
    auto [it, added] = indexes_.try_emplace(address, static_cast<uint32_t>(batch_.size()));
    if (added) batch_.push_back(&value(address, make));
    recent = {address, it->second};
    return it->second;
  }
  T& at(uint32_t index) { return *batch_[index]; }
  size_t size() const { return batch_.size(); }

 private:
  static constexpr size_t kMost = 16384;

  using Address = std::pair<const Stream*, const LabelSet*>;
  static size_t hash(const Address& a) {
    auto bits = [](const void* p) { return reinterpret_cast<uintptr_t>(p); };
    return (bits(a.first) * 0x9e3779b97f4a7c15u ^ bits(a.second)) * 0xff51afd7ed558ccdu >> 32;
  }
  struct AddressHash {
    size_t operator()(const Address& a) const { return hash(a); }
  };
  struct Recent {
    Address address{};
    uint32_t index = 0;
  };

  struct Pair {
    const Stream* stream;
    LabelSet metadata;
  };
  struct PairHash {
    using is_transparent = void;
    size_t operator()(const Address& a) const { return reinterpret_cast<uintptr_t>(a.first) * 0x9e3779b97f4a7c15u ^ a.second->hash(); }
    size_t operator()(const Pair& p) const { return (*this)(Address(p.stream, &p.metadata)); }
  };
  struct PairEqual {
    using is_transparent = void;
    bool operator()(const Pair& a, const Pair& b) const { return a.stream == b.stream && a.metadata == b.metadata; }
    bool operator()(const Address& a, const Pair& b) const { return a.first == b.stream && *a.second == b.metadata; }
    bool operator()(const Pair& a, const Address& b) const { return (*this)(b, a); }
  };

  template <class Make>
  T& value(const Address& address, Make make) {
    auto known = known_.find(address);
    if (known != known_.end()) return known->second;
    auto& node = *known_.emplace(Pair{address.first, *address.second}, T()).first;
    node.second = make(*node.first.stream, node.first.metadata);
    return node.second;
  }

  std::unordered_map<Address, uint32_t, AddressHash> indexes_;
  std::array<Recent, 256> recent_;  // in front of the map: rows of a few streams tend to take turns
  std::vector<T*> batch_;
  std::unordered_map<Pair, T, PairHash, PairEqual> known_;  // nodes do not move
};

}  // namespace sleipnir::logql
