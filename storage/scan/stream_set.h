#pragma once
#include <bit>
#include <cstdint>
#include <vector>

namespace sleipnir::storage {

/// A set of stream ids of one tenant as a bitmap; ids are dense from 0.
class StreamSet {
 public:
  StreamSet() = default;
  /// {0 … count-1}
  static StreamSet all(uint64_t count) {
    StreamSet s;
    s.words_.assign((count + 63) / 64, ~0ull);
    if (count % 64) s.words_.back() = (1ull << count % 64) - 1;
    return s;
  }

  void add(uint64_t id) {
    if (id / 64 >= words_.size()) words_.resize(id / 64 + 1);
    words_[id / 64] |= 1ull << id % 64;
  }
  bool contains(uint64_t id) const { return id / 64 < words_.size() && (words_[id / 64] >> id % 64 & 1); }

  void intersect(const StreamSet& o) {
    if (words_.size() > o.words_.size()) words_.resize(o.words_.size());
    for (size_t i = 0; i < words_.size(); i++) words_[i] &= o.words_[i];
  }
  void subtract(const StreamSet& o) {
    for (size_t i = 0; i < words_.size() && i < o.words_.size(); i++) words_[i] &= ~o.words_[i];
  }

  uint64_t count() const {
    uint64_t n = 0;
    for (uint64_t w : words_) n += std::popcount(w);
    return n;
  }
  bool empty() const {
    for (uint64_t w : words_) if (w) return false;
    return true;
  }
  template <class Visit>
  void for_each(Visit visit) const {
    for (size_t i = 0; i < words_.size(); i++) {
      for (uint64_t w = words_[i]; w; w &= w - 1) visit(i * 64 + std::countr_zero(w));
    }
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace sleipnir::storage
