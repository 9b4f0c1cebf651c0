#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "storage/part/open_block.h"

namespace sleipnir::storage {

/// Keeps blocks open between queries, so that directories, dictionaries and packed columns are read and checked once and not once a query. It holds what
/// stands in files, never answers. What is over the budget goes at random: queries walk over the same blocks again and again, and of a walk that is longer
/// than the cache the least recently used is just what is needed next. Any number of threads.
class BlockCache {
 public:
  /// Bytes, for all stores of the process together.
  static constexpr size_t kBudget = 128 << 20;

  explicit BlockCache(size_t budget) : budget_(budget) {}
  static BlockCache& of_process();

  /// nullptr where the block is not in. A block is known by what it is read from and its number there.
  std::shared_ptr<OpenBlock> find(const void* owner, size_t block);
  /// Takes the block, or notes how much it has grown. Blocks in use may go as well: they live on until their last user is done.
  void keep(const void* owner, size_t block, const std::shared_ptr<OpenBlock>& open);
  /// Drops all blocks of an owner, which is to go.
  void forget(const void* owner);

  size_t bytes() const;

 private:
  using Key = std::pair<const void*, size_t>;
  struct Entry {
    std::shared_ptr<OpenBlock> open;
    size_t bytes, place;  ///< place in order_
  };
  using Entries = std::map<Key, Entry>;
  std::shared_ptr<OpenBlock> drop(Entries::iterator entry);

  const size_t budget_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::vector<Entries::iterator> order_;  ///< none: to choose from
  std::minstd_rand random_;
  size_t bytes_ = 0;
};

}  // namespace sleipnir::storage
