// The same random pairs over the embedded store: rows in the head, in parts, in some of both, and in a part that a merge wrote.
#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

#include "oracle/random_pairs.h"
#include "scratch.h"
#include "storage/store.h"

namespace sleipnir::testing {

namespace {

/// Where the rows of a store lie after all pushes.
enum class Layout { kUnsealed, kSealed, kMixed, kMerged };

/// A store in a folder of its own, which goes when it goes.
class TemporaryStore : public Source {
 public:
  TemporaryStore(const std::vector<StoredEntry>& pushed, Layout layout) {
    auto opened = storage::Store::open({.directory = folder_, .fsync = false});
    REQUIRE(opened.ok());
    store_ = *std::move(opened);
    const size_t pieces = layout == Layout::kMerged ? 4 : layout == Layout::kMixed ? 3 : 1;
    for (size_t i = 0; i < pieces; ++i) {
      push({pushed.begin() + static_cast<ptrdiff_t>(pushed.size() * i / pieces), pushed.begin() + static_cast<ptrdiff_t>(pushed.size() * (i + 1) / pieces)});
      const bool seal = layout != Layout::kUnsealed && (layout != Layout::kMixed || i + 1 < pieces);
      if (seal) REQUIRE(store_->flush().ok());
    }
    if (layout == Layout::kMerged) wait_for_merge();
  }
  ~TemporaryStore() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest& request) override { return store_->scan(request); }
  Result<std::vector<const Stream*>> streams(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override {
    return store_->streams(tenant, matchers, start, end);
  }
  Result<IndexStats> index_stats(const std::string& tenant, const std::vector<Matcher>& matchers, Nanos start, Nanos end) override {
    return store_->index_stats(tenant, matchers, start, end);
  }
  Result<std::optional<std::vector<Counted>>> count(const CountRequest& request) override { return store_->count(request); }

 private:
  /// In requests of up to seven entries.
  void push(std::vector<StoredEntry> entries) {
    for (size_t i = 0; i < entries.size();) {
      std::vector<StreamEntries> request;
      for (const size_t end = std::min(entries.size(), i + 1 + i % 7); i < end; ++i) {
        if (request.empty() || request.back().labels != entries[i].stream) request.push_back({entries[i].stream, {}});
        request.back().entries.push_back(std::move(entries[i].entry));
      }
      REQUIRE(store_->append("t", std::move(request)).ok());
    }
  }

  /// Four parts of a day are merged in the background.
  void wait_for_merge() {
    for (int i = 0; i < 60'000 && store_->stats().parts >= 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    REQUIRE(store_->stats().parts < 4);
  }

  std::filesystem::path folder_ = scratch_folder("oracle");
  std::unique_ptr<storage::Store> store_;
};

}  // namespace

TEST_CASE("engine and oracle agree over the store") {
  auto over = [](const char* where, Layout layout) {
    SUBCASE(where) {
      compare_random([&](const auto& pushed) { return std::make_unique<TemporaryStore>(pushed, layout); }, pairs_from_environment(20000));
    }
  };
  over("unsealed rows", Layout::kUnsealed);
  over("a part", Layout::kSealed);
  over("parts and unsealed rows", Layout::kMixed);
  over("a merged part", Layout::kMerged);
}

}  // namespace sleipnir::testing
