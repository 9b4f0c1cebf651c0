#include <doctest/doctest.h>

#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

EraseRequest request_for(std::vector<Matcher> matchers, Nanos first, Nanos last, std::string word) {
  EraseRequest request;
  request.tenant = "t";
  request.matchers = std::move(matchers);
  request.first = first;
  request.last = last;
  request.doomed = [word](const Stream&, const LabelSet&, Nanos, std::string_view line) { return line.find(word) != line.npos; };
  return request;
}

TEST_CASE("what is doomed goes, whatever lies beside it, and stays away") {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    TemporaryFolder folder;
    auto store = open_store(folder.path());
    for (int push = 0; push < 6; ++push) {
      std::vector<Entry> rows;
      for (int i = 0; i < 50; ++i) rows.push_back({static_cast<Nanos>(random() % 1000), (random() % 3 ? "{\"a\":" : "doomed ") + std::to_string(random() % 100) + "}", {}});
      append(*store, entries(rows));
      if (random() % 2) REQUIRE(store->flush().ok());
    }
    const Nanos first = random() % 1000, last = first + random() % 500;
    auto want = read_all(*store, everything());
    const auto before = want.size();
    std::erase_if(want, [&](const SeenRow& r) { return r.timestamp >= first && r.timestamp <= last && r.line.starts_with("doomed"); });
    auto erased = store->erase(request_for({}, first, last, "doomed"));
    REQUIRE(erased.ok());
    CHECK(read_all(*store, everything()) == want);
    CHECK(*erased >= before - want.size());  // equal entries in several parts count each
    store.reset();
    store = open_store(folder.path());
    CHECK(read_all(*store, everything()) == want);
  }
}

TEST_CASE("an erased entry can be stored again") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{1, "a"}, {2, "b"}}));
  auto erased = store->erase(request_for({}, 0, 10, "a"));
  REQUIRE(erased.ok());
  CHECK(*erased == 1);
  CHECK(text(read_all(*store, everything())) == "2:b");
  CHECK(append(*store, entries({{1, "a"}})).accepted == 1);
  CHECK(text(read_all(*store, everything())) == "1:a 2:b");
}

TEST_CASE("parts go when their newest row is past retention") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{1, "a"}, {kDay, "b"}, {3 * kDay, "c"}}));
  REQUIRE(store->flush().ok());
  auto f = [&](Nanos oldest, uint64_t gone, std::string want) {
    auto rows = store->expire("t", oldest);
    REQUIRE(rows.ok());
    CHECK(*rows == gone);
    CHECK(text(read_all(*store, everything())) == want);
  };
  f(1, 0, "1:a 86400000000000:b 259200000000000:c");
  f(2, 1, "86400000000000:b 259200000000000:c");
  f(3 * kDay, 1, "259200000000000:c");
}

}  // namespace
}  // namespace sleipnir::storage
