#include "storage/store.h"

#include <doctest/doctest.h>

#include <fstream>

#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

TEST_CASE("order is timestamp, then arrival; backward is the mirror; from head, parts and both") {
  for (int flush_after : {0, 1, 2, 3}) {
    TemporaryFolder folder;
    auto store = open_store(folder.path());
    append(*store, entries({{3, "c"}, {1, "a"}, {3, "d"}}));
    if (flush_after & 1) REQUIRE(store->flush().ok());
    append(*store, entries({{3, "b"}, {2, "x"}, {-5, "old"}}));
    if (flush_after & 2) REQUIRE(store->flush().ok());
    CHECK(text(read_all(*store, everything())) == "-5:old 1:a 2:x 3:c 3:d 3:b");
    CHECK(text(read_all(*store, everything("t", Direction::kBackward))) == "3:b 3:d 3:c 2:x 1:a -5:old");
  }
}

TEST_CASE("duplicates are stored once, wherever the first one lies") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  LabelSet id{{"trace", "1"}};
  auto push = entries({{1, "a"}, {1, "a"}, {1, "a", id}, {2, "a"}});
  auto f = [&](uint64_t accepted, uint64_t duplicates) {
    auto report = append(*store, push);
    CHECK(report.accepted == accepted);
    CHECK(report.duplicates == duplicates);
    CHECK(text(read_all(*store, everything())) == "1:a 1:a 2:a");
  };
  f(3, 1);
  f(0, 4);
  REQUIRE(store->flush().ok());
  f(0, 4);  // the head before is remembered
  store.reset();
  store = open_store(folder.path());
  f(3, 1);  // taken, but shown once
  auto stats = store->index_stats("t", {}, 0, 10);
  REQUIRE(stats.ok());
  CHECK(stats->entries == 3);
  CHECK(stats->bytes == 3 + id.bytes());
  REQUIRE(store->flush().ok());
  CHECK(text(read_all(*store, everything("t", Direction::kBackward))) == "2:a 1:a 1:a");
}

TEST_CASE("lines and metadata come back byte for byte") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  std::string bytes;
  for (int i = 0; i < 256; i++) bytes += static_cast<char>(i);
  std::vector<SeenRow> want;
  for (const std::string& line : {std::string(), bytes, std::string(3 << 20, 'x'), std::string("\n\0", 2)}) {
    want.push_back({7, LabelSet{{"app", "a"}}, line, LabelSet{{"k", line.substr(0, 100)}}});
    append(*store, entries({{7, line, want.back().metadata}}));
  }
  for (int round = 0; round < 3; round++) {
    CHECK(read_all(*store, everything()) == want);
    if (round == 0) REQUIRE(store->flush().ok());
    store.reset();
    store = open_store(folder.path());
  }
}

TEST_CASE("what a scan leaves out") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  auto stream = [](std::string app, std::string env) {
    LabelSet labels;
    labels.set("app", app);
    if (!env.empty()) labels.set("env", env);
    return labels;
  };
  append(*store, {{stream("a", "dev"), {{1, "one"}}}, {stream("b", "prod"), {{2, "two"}}}, {stream("c", ""), {{3, "three"}}}});
  auto f = [&](std::vector<Matcher> matchers, Nanos start, Nanos end, std::string want) {
    for (int sealed = 0; sealed < 2; sealed++) {
      ScanRequest request = everything();
      request.matchers = matchers;
      request.start = start;
      request.end = end;
      CHECK(text(read_all(*store, request)) == want);
      std::set<std::string> streams, want_streams;
      if (end == INT64_MIN) continue;
      auto found = store->streams("t", matchers, start, end - 1);
      REQUIRE(found.ok());
      for (const Stream* s : *found) streams.insert(s->labels.to_string());
      for (const auto& row : read_all(*store, request)) want_streams.insert(row.labels.to_string());
      CHECK(streams == want_streams);
      if (!sealed) REQUIRE(store->flush().ok());
    }
  };
  auto m = matcher;
  f({}, 0, 10, "1:one 2:two 3:three");
  f({}, 2, 3, "2:two");
  f({}, 3, 3, "");
  f({}, INT64_MIN, 1, "");
  f({m("app", MatchOp::kEqual, "a")}, 0, 10, "1:one");
  f({m("app", MatchOp::kEqual, "none")}, 0, 10, "");
  f({m("app", MatchOp::kNotEqual, "a")}, 0, 10, "2:two 3:three");
  f({m("app", MatchOp::kRegex, "a|b")}, 0, 10, "1:one 2:two");
  f({m("app", MatchOp::kNotRegex, "a|b")}, 0, 10, "3:three");
  f({m("env", MatchOp::kEqual, "")}, 0, 10, "3:three");
  f({m("env", MatchOp::kNotEqual, "")}, 0, 10, "1:one 2:two");
  f({m("env", MatchOp::kRegex, ".*")}, 0, 10, "1:one 2:two 3:three");
  f({m("env", MatchOp::kRegex, ".+")}, 0, 10, "1:one 2:two");
  f({m("env", MatchOp::kNotRegex, ".+")}, 0, 10, "3:three");
  f({m("env", MatchOp::kNotEqual, "dev")}, 0, 10, "2:two 3:three");
  f({m("other", MatchOp::kEqual, "")}, 0, 10, "1:one 2:two 3:three");
  f({m("other", MatchOp::kNotEqual, "")}, 0, 10, "");
  f({m("app", MatchOp::kRegex, "a|b"), m("env", MatchOp::kEqual, "prod")}, 0, 10, "2:two");
}

TEST_CASE("rows for which the predicate is certainly false are left out") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{1, "abc"}, {2, "bcd"}, {3, "cde"}}));
  using K = Predicate::Kind;
  auto contains = [](std::string s) { return Predicate{.kind = K::kLineContains, .text = s}; };
  auto f = [&](Predicate where, std::string want) {
    ScanRequest request = everything();
    request.where = where;
    CHECK(text(read_all(*store, request)) == want);
  };
  f(contains("c"), "1:abc 2:bcd 3:cde");
  f(contains("bc"), "1:abc 2:bcd");
  f(contains(""), "1:abc 2:bcd 3:cde");
  f({.kind = K::kAnd, .children = {contains("bc"), contains("d")}}, "2:bcd");
  f({.kind = K::kAnd, .children = {contains("bc"), {.kind = K::kAnd, .children = {contains("d")}}}}, "2:bcd");
  f({.kind = K::kOr, .children = {contains("e"), contains("none")}}, "3:cde");
  f({.kind = K::kNot, .children = {contains("c")}}, "");
  f({.kind = K::kNot, .children = {contains("b")}}, "3:cde");
  f({.kind = K::kLineRegex, .text = "b.*d"}, "2:bcd");
  f({.kind = K::kMetadata, .text = "a", .field = "app"}, "1:abc 2:bcd 3:cde");
  f({.kind = K::kMetadata, .text = "b", .field = "app"}, "");
  f({.kind = K::kField, .text = "b", .field = "x"}, "1:abc 2:bcd 3:cde");
}

TEST_CASE("limits refuse entries one by one") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  AppendOptions options{.out_of_order_window = 10};
  CHECK(append(*store, entries({{100, "a"}, {90, "b"}}), options).refused.empty());
  auto report = append(*store, entries({{89, "c"}, {120, "d"}, {109, "e"}, {110, "f"}}), options);
  REQUIRE(report.refused.size() == 2);
  CHECK(report.refused[0].entry == 0);
  CHECK(report.refused[0].oldest_acceptable == 90);
  CHECK(report.refused[1].entry == 2);
  CHECK(report.refused[1].oldest_acceptable == 110);
  CHECK(report.accepted == 2);
  CHECK(text(read_all(*store, everything())) == "90:b 100:a 110:f 120:d");
  store.reset();
  store = open_store(folder.path());
  CHECK(append(*store, entries({{109, "g"}}), options).refused.size() == 1);  // the newest time survives a start
  CHECK(append(*store, entries({{1, "any time"}})).refused.empty());

  auto other = std::vector<StreamEntries>{{LabelSet{{"app", "b"}}, {{1, "x"}, {2, "y"}}}};
  auto refused = append(*store, other, {.max_streams = 1}).refused;
  REQUIRE(refused.size() == 2);
  CHECK(refused[1].why == Refused::Why::kTooManyStreams);
  CHECK(append(*store, other, {.max_streams = 2}).accepted == 2);
}

TEST_CASE("tenants are apart, whatever their names") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  std::vector<std::string> names = {"a", "A", "!-_.*'()", ".", "..", ".hidden", "a=2F", "a/b", std::string(150, '*'), "\xff"};
  for (const auto& name : names) append(*store, entries({{1, name}}), {}, name);
  store.reset();
  store = open_store(folder.path());
  for (const auto& name : names) CHECK(text(read_all(*store, everything(name))) == "1:" + name);
  CHECK(text(read_all(*store, everything("unknown"))) == "");
  std::sort(names.begin(), names.end());
  CHECK(store->tenants() == names);
  CHECK(!store->append("", entries({{1, "x"}})).ok());
}

TEST_CASE("a directory has one user at a time") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  auto second = Store::open({.directory = folder.path()});
  REQUIRE(!second.ok());
  CHECK(second.error().kind == ErrorKind::kIo);
  CHECK(second.error().message.find("in use") != std::string::npos);
  store.reset();
  CHECK(Store::open({.directory = folder.path()}).ok());
}

TEST_CASE("statistics are exact") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  LabelSet other{{"app", "b"}};
  append(*store, entries({{10, "aa"}, {20, "bb"}, {30, "cc", LabelSet{{"k", "vv"}}}}));
  REQUIRE(store->flush().ok());
  append(*store, {{other, {{15, "other"}}}, {LabelSet{{"app", "a"}}, {{25, "dd"}, {35, "ee"}}}});
  auto f = [&](Nanos start, Nanos end, IndexStats want) {
    auto got = store->index_stats("t", {}, start, end);
    REQUIRE(got.ok());
    CHECK(got->streams == want.streams);
    CHECK(got->chunks == want.chunks);
    CHECK(got->bytes == want.bytes);
    CHECK(got->entries == want.entries);
  };
  f(0, 100, {2, 3, 18, 6});
  f(10, 35, {2, 3, 18, 6});
  f(11, 14, {0, 0, 0, 0});
  f(20, 20, {1, 1, 2, 1});
  f(10, 20, {2, 2, 9, 3});
  f(21, 24, {0, 0, 0, 0});
  f(30, 35, {1, 2, 7, 2});
  f(36, 99, {0, 0, 0, 0});
  auto stats = store->stats();
  CHECK(stats.tenants == 1);
  CHECK(stats.streams == 2);
  CHECK(stats.parts == 1);
  CHECK(stats.part_rows == 3);
  CHECK(stats.head_rows == 3);
  CHECK(stats.head_bytes == 9);
  CHECK(stats.wal_bytes > 0);
}

TEST_CASE("scans count what they look at, and stop when told to") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{1, "abc"}, {2, "de", LabelSet{{"k", "v"}}}}));
  REQUIRE(store->flush().ok());
  append(*store, entries({{kDay, "later"}}));
  REQUIRE(store->flush().ok());
  append(*store, entries({{3, "head"}}));
  ScanStats stats;
  Cancellation cancellation;
  ScanRequest request = everything();
  request.end = 10;
  request.stats = &stats;
  request.cancellation = &cancellation;
  CHECK(text(read_all(*store, request)) == "1:abc 2:de 3:head");
  CHECK(stats.rows == 3);
  CHECK(stats.bytes == 9);
  CHECK(stats.metadata_bytes == 2);
  CHECK(stats.head_rows == 1);
  CHECK(stats.head_bytes == 4);
  CHECK(stats.parts == 1);
  CHECK(stats.parts_pruned == 1);
  CHECK(stats.streams == 1);
  CHECK(stats.compressed_bytes > 0);

  auto reader = store->scan(request);
  cancellation.cancelled = true;
  auto batch = (*reader)->next();
  REQUIRE(!batch.ok());
  CHECK(batch.error().kind == ErrorKind::kCancelled);
}

TEST_CASE("one part a day, one for all where days are many") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{-1, "eve"}, {0, "epoch"}, {kDay - 1, "end"}, {kDay, "next"}}));
  REQUIRE(store->flush().ok());
  CHECK(store->stats().parts == 3);
  std::vector<Entry> many;
  for (int d = 100; d < 200; d++) many.push_back({d * kDay, "x"});
  append(*store, entries(many));
  REQUIRE(store->flush().ok());
  CHECK(store->stats().parts == 4);
  CHECK(read_all(*store, everything()).size() == 104);
}

}  // namespace
}  // namespace sleipnir::storage
