#pragma once
// Memory of one row: bump allocation, addresses stay until reset(), chunks are reused by the next row.
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace sleipnir::logql {

class Arena {
 public:
  /// Frees everything at once; keeps the memory.
  void reset() {
    chunk_ = 0;
    used_ = 0;
  }
  /// At least `n` bytes to write to; commit() takes the first of them, otherwise the next reserve() hands out the same ones.
  char* reserve(size_t n) {
    while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_ < n) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      size_t size = n > kChunk ? n : kChunk;
      chunks_.push_back({std::make_unique<char[]>(size), size});
      used_ = 0;
    }
    return chunks_[chunk_].bytes.get() + used_;
  }
  std::string_view commit(const char* begin, size_t n) {
    used_ += n;
    return {begin, n};
  }
  std::string_view keep(std::string_view s) {
    if (s.empty()) return {};
    char* p = reserve(s.size());
    std::memcpy(p, s.data(), s.size());
    return commit(p, s.size());
  }
  std::string_view keep(std::string_view a, std::string_view b) {
    char* p = reserve(a.size() + b.size());
    if (!a.empty()) std::memcpy(p, a.data(), a.size());
    if (!b.empty()) std::memcpy(p + a.size(), b.data(), b.size());
    return commit(p, a.size() + b.size());
  }

 private:
  static constexpr size_t kChunk = 16 << 10;  // a row rarely needs more; larger requests get a chunk of their own
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0, used_ = 0;
};

}  // namespace sleipnir::logql
