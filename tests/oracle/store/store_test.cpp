// The same random pairs over the embedded store: rows in the head, rows in parts, and some of both.
#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>

#include "oracle/random_pairs.h"
#include "storage/store.h"

namespace sleipnir::testing {

namespace {

/// A store in a folder of its own, which goes when it goes.
class TemporaryStore : public Source {
 public:
  explicit TemporaryStore(const std::vector<StoredEntry>& entries, size_t flush_after) {
    static int number = 0;
    folder_ = std::filesystem::temp_directory_path() / ("sleipnir-oracle-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    auto opened = storage::Store::open({.directory = folder_, .fsync = false});
    REQUIRE(opened.ok());
    store_ = *std::move(opened);
    for (size_t i = 0; i < entries.size(); ++i) {
      REQUIRE(store_->append("t", {{entries[i].stream, {entries[i].entry}}}).ok());
      if (i + 1 == flush_after) REQUIRE(store_->flush().ok());
    }
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
  std::filesystem::path folder_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace

TEST_CASE("engine and oracle agree over unsealed rows") {
  compare_random([](const auto& entries) { return std::make_unique<TemporaryStore>(entries, 0); }, pairs_from_environment(2000));
}

TEST_CASE("engine and oracle agree over parts") {
  compare_random([](const auto& entries) { return std::make_unique<TemporaryStore>(entries, entries.size()); }, pairs_from_environment(2000));
}

TEST_CASE("engine and oracle agree over parts and unsealed rows") {
  compare_random([](const auto& entries) { return std::make_unique<TemporaryStore>(entries, entries.size() / 2); }, pairs_from_environment(2000));
}

}  // namespace sleipnir::testing
