// The store against a slow, obvious model: random batches in any order of time, seals and starts at random moments, random questions.
#include <doctest/doctest.h>

#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

class RandomRun {
 public:
  explicit RandomRun(uint32_t seed) : random_(seed), unit_(below(4) == 0 ? kHour : 1), store_(open_store(folder_.path(), 1 << (8 + below(8)))) {}

  void step() {
    switch (below(8)) {
      case 0: REQUIRE(store_->flush().ok()); break;
      case 1:
        store_.reset();
        store_ = open_store(folder_.path(), 1 << (8 + below(8)));
        break;
      case 2: case 3: case 4: push(); break;
      default: ask();
    }
  }

  void ask() {
    ScanRequest request = random_request();
    INFO(to_string(request));
    auto want = model_.scan(request);
    CHECK(read_all(*store_, request) == want);
    auto any = read_any(*store_, request, 1 + static_cast<int>(below(3)));
    sort_all(any);
    sort_all(want);
    CHECK(any == want);
    if (request.start == INT64_MIN || request.end <= request.start) return;
    request.need_lines = true;
    want = model_.scan(request);
    std::set<LabelSet> want_streams, streams;
    uint64_t bytes = 0;
    for (const auto& row : want) {
      want_streams.insert(row.labels);
      bytes += row.line.size() + row.metadata.bytes();
    }
    auto found = store_->streams("t", request.matchers, request.start, request.end - 1);
    REQUIRE(found.ok());
    for (const Stream* s : *found) streams.insert(s->labels);
    CHECK(streams == want_streams);
    auto stats = store_->index_stats("t", request.matchers, request.start, request.end - 1);
    REQUIRE(stats.ok());
    CHECK(stats->streams == want_streams.size());
    CHECK(stats->entries == want.size());
    CHECK(stats->bytes == bytes);
  }

 private:
  uint64_t below(uint64_t n) { return random_() % n; }
  Nanos time() { return (static_cast<Nanos>(below(60)) - 10) * unit_; }

  void push() {
    std::vector<StreamEntries> push(1 + below(3));
    for (auto& s : push) {
      s.labels.set("app", std::string(1, static_cast<char>('a' + below(3))));
      if (below(2)) s.labels.set("pod", std::string(1, static_cast<char>('p' + below(3))));
      for (uint64_t n = 1 + below(30); n > 0; n--) {
        Entry e{time(), std::string(below(4), static_cast<char>('x' + below(2)))};
        if (below(3) == 0) e.metadata.set("k", std::string(1, static_cast<char>('0' + below(2))));
        if (ids_ && below(8)) e.metadata.set("id", std::to_string(below(1000)));
        s.entries.push_back(e);
      }
    }
    append(*store_, push);
    model_.append(push);
  }

  ScanRequest random_request() {
    ScanRequest request = everything("t", below(2) ? Direction::kForward : Direction::kBackward);
    request.limit_hint = below(2) ? 0 : 1 + below(20);
    request.need_lines = below(4) != 0;
    if (below(3)) {
      request.start = time();
      request.end = request.start + static_cast<Nanos>(below(30)) * unit_;
    }
    for (uint64_t n = below(3); n > 0; n--) {
      static const std::vector<std::string> values = {"a", "b", "", "p", "a|b", ".+", ".*", "q|"};
      request.matchers.push_back(matcher(below(2) ? "app" : "pod", static_cast<MatchOp>(below(4)), values[below(values.size())]));
    }
    return request;
  }

  std::mt19937 random_;
  Nanos unit_;
  bool ids_ = below(3) == 0;  ///< metadata has so many sets that blocks keep it in columns
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  Model model_;
};

TEST_CASE("random histories answer like the model") {
  for (uint32_t seed = 0; seed < 60; seed++) {
    CAPTURE(seed);
    RandomRun run(seed);
    for (int i = 0; i < 80; i++) run.step();
    for (int i = 0; i < 5; i++) run.ask();
  }
}

TEST_CASE("many blocks a part, many parts at the same time, many streams") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  Model model;
  std::mt19937 random(1);
  for (int part = 0; part < 3; part++) {
    std::vector<StreamEntries> push;
    for (int s = 0; s < 1500; s++) {
      StreamEntries stream{LabelSet{{"n", std::to_string(s)}}, {}};
      for (int i = 0; i < 20; i++) stream.entries.push_back({static_cast<Nanos>(random() % 20000), std::to_string(random() % 50)});
      push.push_back(std::move(stream));
    }
    append(*store, push);
    model.append(push);
    if (part < 2) REQUIRE(store->flush().ok());
  }
  auto f = [&](std::vector<Matcher> matchers, Nanos start, Nanos end) {
    for (Direction direction : {Direction::kForward, Direction::kBackward}) {
      ScanRequest request = everything("t", direction);
      request.matchers = matchers;
      request.start = start;
      request.end = end;
      auto want = model.scan(request);
      CHECK(read_all(*store, request) == want);
      auto any = read_any(*store, request, 2);
      sort_all(any);
      sort_all(want);
      CHECK(any == want);
    }
  };
  f({}, INT64_MIN, INT64_MAX);
  f({}, 5000, 5100);
  f({matcher("n", MatchOp::kEqual, "77")}, 0, 20000);
  f({matcher("n", MatchOp::kRegex, "1.*")}, 100, 12345);
}

}  // namespace
}  // namespace sleipnir::storage
