#include "storage/part/block_cache.h"

#include <doctest/doctest.h>

#include <thread>

namespace sleipnir::storage {
namespace block_cache_test {

std::shared_ptr<OpenBlock> open_block(size_t stored) {
  auto read = [](const Chunk&) -> Result<std::string> { return Error{ErrorKind::kIo, "nothing is read here"}; };
  return std::make_shared<OpenBlock>(std::make_shared<const BlockMeta>(), read, std::vector<const Stream*>(), stored);
}

constexpr size_t kStored = 100'000;  // beside which an empty reader is nothing

}  // namespace block_cache_test
using namespace block_cache_test;

TEST_CASE("blocks are found until their owner goes") {
  BlockCache cache(10 * kStored);
  const int a = 0, b = 0;
  const auto first = open_block(kStored), second = open_block(kStored);
  cache.keep(&a, 1, first);
  cache.keep(&b, 1, second);
  CHECK(cache.find(&a, 1) == first);
  CHECK(cache.find(&b, 1) == second);
  CHECK(cache.find(&a, 2) == nullptr);
  cache.keep(&a, 1, second);  // opened twice at a time: the first one stays
  CHECK(cache.find(&a, 1) == first);
  cache.forget(&a);
  CHECK(cache.find(&a, 1) == nullptr);
  CHECK(cache.find(&b, 1) == second);
  CHECK(cache.bytes() == second->memory());
  cache.forget(&b);
  CHECK(cache.bytes() == 0);
}

TEST_CASE("the budget holds, and part of a walk that is too long stays in") {
  constexpr size_t kBlocks = 50, kFit = 20;
  BlockCache cache((kFit + 1) * kStored);
  const int owner = 0;
  size_t found = 0;
  for (int walk = 0; walk < 20; ++walk)
    for (size_t block = 0; block < kBlocks; ++block) {
      auto open = cache.find(&owner, block);
      found += open != nullptr;
      cache.keep(&owner, block, open ? open : open_block(kStored));
      CHECK(cache.bytes() <= (kFit + 1) * kStored);
    }
  CHECK(found > 19 * kBlocks / 10);
}

TEST_CASE("a block larger than the budget is used and not kept") {
  BlockCache cache(kStored / 2);
  const int owner = 0;
  cache.keep(&owner, 0, open_block(kStored));
  CHECK(cache.find(&owner, 0) == nullptr);
  CHECK(cache.bytes() == 0);
}

TEST_CASE("threads keep, find and forget at once") {
  BlockCache cache(8 * kStored);
  const int owners[2] = {};
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        for (size_t i = 0; i < 2000; ++i) {
          const void* owner = &owners[i % 2];
          auto open = cache.find(owner, i % 17);
          cache.keep(owner, i % 17, open ? open : open_block(kStored));
          if (i % 100 == t) cache.forget(owner);
        }
      });
  }
  CHECK(cache.bytes() <= 8 * kStored);
}

}  // namespace sleipnir::storage
