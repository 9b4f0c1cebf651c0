#include "storage/part/block_cache.h"

namespace sleipnir::storage {

BlockCache& BlockCache::of_process() {
  static BlockCache& cache = *new BlockCache(kBudget);  // outlives every store
  return cache;
}

std::shared_ptr<OpenBlock> BlockCache::find(const void* owner, size_t block) {
  std::lock_guard lock(mutex_);
  const auto at = entries_.find({owner, block});
  return at == entries_.end() ? nullptr : at->second.open;
}

void BlockCache::keep(const void* owner, size_t block, const std::shared_ptr<OpenBlock>& open) {
  const size_t bytes = open->memory();
  std::vector<std::shared_ptr<OpenBlock>> dropped;  // what it frees is freed without the lock
  std::lock_guard lock(mutex_);
  const auto [at, is_new] = entries_.try_emplace({owner, block}, Entry{open, 0, order_.size()});
  if (is_new) order_.push_back(at);
  if (at->second.open != open) return;  // another thread was first
  bytes_ += bytes - at->second.bytes;
  at->second.bytes = bytes;
  while (bytes_ > budget_) dropped.push_back(drop(order_[random_() % order_.size()]));
}

void BlockCache::forget(const void* owner) {
  std::vector<std::shared_ptr<OpenBlock>> dropped;
  std::lock_guard lock(mutex_);
  for (auto at = entries_.lower_bound({owner, 0}); at != entries_.end() && at->first.first == owner;) dropped.push_back(drop(at++));
}

size_t BlockCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

std::shared_ptr<OpenBlock> BlockCache::drop(Entries::iterator entry) {
  bytes_ -= entry->second.bytes;
  order_[entry->second.place] = order_.back();
  order_[entry->second.place]->second.place = entry->second.place;
  order_.pop_back();
  auto open = std::move(entry->second.open);
  entries_.erase(entry);
  return open;
}

}  // namespace sleipnir::storage
