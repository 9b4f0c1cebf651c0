// Source::count against counting the rows of a scan: sealed, unsealed and both, equal entries in several parts, edges on minutes and between them.
#include <doctest/doctest.h>

#include <array>

#include "storage/scan/buckets.h"
#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

namespace fs = std::filesystem;

/// Of (stream, metadata, bucket): rows, line bytes, metadata bytes.
using Sums = std::map<std::tuple<LabelSet, LabelSet, uint32_t>, std::array<uint64_t, 3>>;

LabelSet seen(const LabelSet& metadata, const MetadataNames& names) {
  LabelSet seen;
  for (const Label& l : metadata)
    if (!names || std::find(names->begin(), names->end(), l.name) != names->end()) seen.set(l.name, l.value);
  return seen;
}

Sums scanned(Source& source, const CountRequest& request) {
  Sums sums;
  for (uint32_t k = 0; k + 1 < request.edges.size(); ++k) {
    ScanRequest scan = everything(request.tenant);
    scan.matchers = request.matchers;
    scan.start = request.edges[k] + 1;
    scan.end = request.edges[k + 1] + 1;
    for (const SeenRow& row : read_all(source, scan)) {
      auto& [rows, bytes, metadata_bytes] = sums[{row.labels, seen(row.metadata, request.metadata_names), k}];
      ++rows;
      bytes += row.line.size();
      metadata_bytes += row.metadata.bytes();
    }
  }
  return sums;
}

std::optional<Sums> counted(Source& source, const CountRequest& request) {
  auto found = source.count(request);
  REQUIRE_MESSAGE(found.ok(), (found ? "" : found.error().message));
  if (!*found) return std::nullopt;
  Sums sums;
  for (const Counted& c : **found) {
    auto& [rows, bytes, metadata_bytes] = sums[{c.stream->labels, seen(*c.metadata, request.metadata_names), c.bucket}];
    rows += c.rows;
    bytes += c.line_bytes;
    metadata_bytes += c.metadata_bytes;
  }
  return sums;
}

class RandomCounts {
 public:
  /// Every second one has ids in its metadata.
  explicit RandomCounts(uint32_t seed) : ids_(seed % 2), random_(seed), store_(open_store(folder_.path(), 1 << 20)) {}

  void push() {
    std::vector<StreamEntries> push(1 + below(3));
    for (auto& s : push) {
      s.labels.set("app", std::string(1, static_cast<char>('a' + below(3))));
      for (uint64_t n = 1 + below(300); n > 0; n--) {
        Entry e{time(), std::string(below(20), 'x')};
        if (below(2)) e.metadata.set("level", below(2) ? "info" : "warn");
        if (ids_ && below(8)) e.metadata.set("id", std::to_string(below(100000)));
        s.entries.push_back(std::move(e));
      }
    }
    append(*store_, push);
    pushed_.push_back(push);
  }
  void push_again() {
    if (!pushed_.empty()) append(*store_, pushed_[below(pushed_.size())]);
  }
  void seal() { REQUIRE(store_->flush().ok()); }

  /// Returns whether the store had counts.
  bool ask() {
    CountRequest request{.tenant = "t"};
    const Nanos step = static_cast<Nanos>(1 + below(5)) * kMinute;
    Nanos edge = time() / kMinute * kMinute + (below(2) ? 0 : static_cast<Nanos>(below(kMinute)) - (below(2) ? 0 : 1));
    for (uint64_t n = 2 + below(12); n > 0; n--, edge += step + (below(8) ? 0 : static_cast<Nanos>(below(kMinute)))) request.edges.push_back(edge);
    if (below(2)) request.matchers.push_back(matcher("app", MatchOp::kRegex, "a|c"));
    if (below(3)) request.metadata_names = std::vector<std::string>();
    if (request.metadata_names && below(8) == 0) request.metadata_names->push_back("id");
    if (request.metadata_names && below(2)) request.metadata_names->push_back("level");
    const auto sums = counted(*store_, request);
    if (!sums) return false;
    CHECK(*sums == scanned(*store_, request));
    return true;
  }

  uint64_t below(uint64_t n) { return random_() % n; }

 private:
  /// Some stand on full minutes.
  Nanos time() { return (static_cast<Nanos>(below(40)) - 5) * kMinute + (below(4) ? static_cast<Nanos>(below(10)) * kSecond * 7 : 0); }

  const bool ids_;
  std::mt19937_64 random_;
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::vector<std::vector<StreamEntries>> pushed_;
};

}  // namespace

TEST_CASE("counts are those of a scan") {
  size_t answered = 0;
  for (uint32_t seed = 0; seed < 40; seed++) {
    CAPTURE(seed);
    RandomCounts run(seed);
    for (int i = 0; i < 30; i++) {
      switch (run.below(5)) {
        case 0: run.seal(); break;
        case 1: run.push_again(); break;
        case 2: run.push(); break;
        default: answered += run.ask();
      }
    }
    run.seal();
    for (int i = 0; i < 10; i++) answered += run.ask();
  }
  CHECK(answered > 150);
}

TEST_CASE("a count of whole minutes reads no row of a part") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  std::vector<Entry> lines;
  for (int i = 0; i < 1000; i++) lines.push_back({i * kSecond, "line " + std::to_string(i)});
  append(*store, entries(lines));
  REQUIRE(store->flush().ok());
  const auto read = [&](std::vector<Nanos> edges) {
    ScanStats stats;
    const auto found = store->count({.tenant = "t", .edges = edges, .stats = &stats});
    REQUIRE(found.ok());
    REQUIRE(found->has_value());
    uint64_t rows = 0;
    for (const Counted& c : **found) rows += c.rows;
    CHECK(rows == static_cast<uint64_t>((edges.back() - edges.front()) / kSecond));
    return stats.compressed_bytes.load();
  };
  const uint64_t roll_up = read({0, 5 * kMinute});
  CHECK(roll_up < 400);
  CHECK(read({kMinute - 1, 5 * kMinute - 1, 7 * kMinute - 1}) == roll_up);
  CHECK(read({kSecond, 5 * kMinute}) > roll_up);
}

TEST_CASE("roll-ups leave out metadata of which each row has another value") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  for (const int from : {0, 1000}) {
    std::vector<Entry> lines;
    for (int i = from; i < from + 1000; i++) lines.push_back({i * kSecond, "line", LabelSet{{"level", i % 3 ? "info" : "warn"}, {"trace_id", std::to_string(i)}}});
    append(*store, entries(lines));
    REQUIRE(store->flush().ok());
  }
  const auto count = [&](MetadataNames names) { return counted(*store, {.tenant = "t", .edges = {-1, 5 * kMinute - 1, 10 * kMinute - 1}, .metadata_names = names}); };
  CHECK(!count(std::nullopt));
  CHECK(!count({{"level", "trace_id"}}));
  const auto of = [&](const Sums& sums, const LabelSet& metadata, uint32_t bucket) { return sums.at({LabelSet{{"app", "a"}}, metadata, bucket})[0]; };
  const auto by_level = count({{"level"}}), of_all = count(std::vector<std::string>());
  REQUIRE(by_level);
  REQUIRE(of_all);
  CHECK(by_level->size() == 4);
  CHECK(of(*by_level, LabelSet{{"level", "info"}}, 1) == 200);
  CHECK(of(*of_all, {}, 0) == 300);
}

TEST_CASE("a source without faster counts says so") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{kSecond, "a"}, {2 * kSecond, "b"}}));
  const auto f = [&](std::vector<Nanos> edges, bool want) { CHECK(counted(*store, {.tenant = "t", .edges = edges}).has_value() == want); };
  f({0, kHour}, false);  // unsealed
  REQUIRE(store->flush().ok());
  f({0, kHour}, true);
  f({0, kSecond, 2 * kSecond, 3 * kSecond}, false);  // within a minute
  f({INT64_MIN, INT64_MAX}, true);
  CHECK(counted(*store, {.tenant = "nobody", .edges = {0, kHour}}) == Sums());
}

TEST_CASE("units") {
  const auto f = [](Nanos t, int64_t unit, Nanos first, Nanos last) {
    CAPTURE(t);
    CHECK(unit_of(t) == unit);
    CHECK(span_of_unit(unit).first == first);
    CHECK(span_of_unit(unit).last == last);
  };
  f(0, 0, 0, 0);
  f(1, 1, 1, kMinute - 1);
  f(kMinute - 1, 1, 1, kMinute - 1);
  f(kMinute, 2, kMinute, kMinute);
  f(-1, -1, -kMinute + 1, -1);
  f(-kMinute, -2, -kMinute, -kMinute);
  f(INT64_MIN, 2 * (INT64_MIN / kMinute - 1) + 1, INT64_MIN, INT64_MIN / kMinute * kMinute - 1);
  f(INT64_MAX, 2 * (INT64_MAX / kMinute) + 1, INT64_MAX / kMinute * kMinute + 1, INT64_MAX);
}

TEST_CASE("a part of version 2 is read and merged; it has no roll-ups") {
  TemporaryFolder folder;
  const fs::path tenant = folder.path() / "tenants/t";
  fs::create_directories(tenant);
  fs::copy(fs::path(SLEIPNIR_TESTS) / "unit/storage/data/2026-03-01-0000000000000001.part", tenant);
  auto store = open_store(folder.path());
  CHECK(read_all(*store, everything()).size() == 42);
  constexpr Nanos begin = 1772323200 * kSecond;  // its first entry
  CHECK(!counted(*store, {.tenant = "t", .edges = {begin, begin + kHour}}));
  for (int part = 0; part < 3; part++) {  // until there are enough for a merge
    std::vector<Entry> lines;
    for (int i = 0; i < 60; i++) lines.push_back({begin + (part * 60 + i) * kSecond, "{\"n\":" + std::to_string(i) + "}"});
    append(*store, entries(lines));
    REQUIRE(store->flush().ok());
  }
  REQUIRE(merged_to_one(*store));
  CHECK(read_all(*store, everything()).size() == 42 + 180);
  const CountRequest request{.tenant = "t", .edges = {begin - kMinute, begin + kMinute, begin + kHour}};
  CHECK(counted(*store, request) == scanned(*store, request));
}

}  // namespace sleipnir::storage
