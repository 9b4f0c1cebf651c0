#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/scan.h"

namespace sleipnir::logql {

/// What is known of rows with the same stream and structured metadata, kept from batch to batch; pairs of a batch that has many are not, since they hardly
/// come again. One thread. Memory: `most` values and those of the current batch.
template <class T>
class PairCache {
 public:
  explicit PairCache(size_t most = 16384) : most_(most) {}

  /// Values of the batch's pairs, by code, until the next call. A new pair gets make(stream, metadata), whose arguments live as long.
  template <class Make>
  std::span<T* const> of(std::span<const RowPair> pairs, Make make) {
    if (known_.size() > most_) known_.clear();
    batch_.clear();
    passing_.clear();
    if (pairs.size() > most_ / 4) {
      passing_.reserve(pairs.size());
      for (const RowPair& pair : pairs) batch_.push_back(&passing_.emplace_back(make(*pair.stream, *pair.metadata)));
      return batch_;
    }
    for (const RowPair& pair : pairs) batch_.push_back(&value(pair, make));
    return batch_;
  }

  size_t size() const { return known_.size(); }

 private:
  struct Pair {
    const Stream* stream;
    LabelSet metadata;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(const RowPair& p) const { return reinterpret_cast<uintptr_t>(p.stream) * 0x9e3779b97f4a7c15u ^ p.metadata->hash(); }
    size_t operator()(const Pair& p) const { return (*this)(RowPair{p.stream, &p.metadata}); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Pair& a, const Pair& b) const { return a.stream == b.stream && a.metadata == b.metadata; }
    bool operator()(const RowPair& a, const Pair& b) const { return a.stream == b.stream && *a.metadata == b.metadata; }
    bool operator()(const Pair& a, const RowPair& b) const { return (*this)(b, a); }
  };

  template <class Make>
  T& value(const RowPair& pair, Make make) {
    auto known = known_.find(pair);
    if (known != known_.end()) return known->second;
    auto& node = *known_.emplace(Pair{pair.stream, *pair.metadata}, T()).first;
    node.second = make(*node.first.stream, node.first.metadata);
    return node.second;
  }

  size_t most_;
  std::vector<T*> batch_;
  std::vector<T> passing_;  // of a batch with many pairs
  std::unordered_map<Pair, T, Hash, Equal> known_;  // nodes do not move
};

}  // namespace sleipnir::logql
