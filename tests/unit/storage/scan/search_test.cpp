// Searches over parts of several blocks, before and after merging: every row that matches is found, and summaries keep blocks closed.
#include <doctest/doctest.h>

#include <filesystem>

#include "storage/inspect.h"
#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

constexpr int kPushes = 4, kRows = 17000;  // blocks that a merge copies

std::string hex_id(uint64_t n, int digits) {
  std::string s;
  for (uint64_t x = n * 0x9e3779b97f4a7c15ull + 1; digits > 0; --digits, x = x * 6364136223846793005ull + 1442695040888963407ull) s += "0123456789abcdef"[x >> 60];
  return s;
}

std::string line_of(uint64_t n) {
  if (n % 997 == 0) return "plain text " + hex_id(n, 40);
  std::string line = R"({"trace_id":")" + hex_id(n / 3, 32) + R"(","span":")" + hex_id(n + 1000000, 16) + R"(","status":)" + std::to_string(n % 100 == 7 ? 500 : 200) + R"(,"ms":)" +
                     std::to_string(n % 4000) + R"(,"path":"/cart/)" + std::to_string(n % 5000) + "\"";
  if (n % 50 == 3) line += R"(,"note":"said \"hello\" to )" + hex_id(n, 8) + "\"";
  if (n % 9973 == 5) line += ",\"city\":\"S\xef\xbf\xbdo Paulo\"";
  return line + "}";
}

struct Found { size_t rows; uint64_t looked_at; };

/// Rows that pass both the store and the exact test on the line.
Found search(Store& store, Predicate where, auto holds) {
  ScanStats stats;
  ScanRequest request = everything();
  request.where = std::move(where);
  request.stats = &stats;
  size_t rows = 0;
  auto reader = store.scan(request);
  REQUIRE(reader.ok());
  for (;;) {
    auto batch = (*reader)->next();
    REQUIRE(batch.ok());
    if (!*batch) return {rows, stats.rows};
    for (size_t i = 0; i < (*batch)->rows(); ++i) {
      const bool match = holds((*batch)->line(i));
      if ((*batch)->certain(i)) CHECK(match);
      rows += match;
    }
  }
}

TEST_CASE("searches find what is there, and open few blocks") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  for (int p = 0; p < kPushes; ++p) {
    std::vector<StreamEntries> push = {{LabelSet{{"app", "a"}}, {}}, {LabelSet{{"app", "b"}}, {}}};
    for (int i = 0; i < kRows; ++i) {
      const uint64_t n = static_cast<uint64_t>(p) * kRows + static_cast<uint64_t>(i);
      push[n % 2].entries.push_back({static_cast<Nanos>(n * 10), line_of(n), {}});
    }
    append(*store, push);
    REQUIRE(store->flush().ok());
  }
  const auto count = [&](auto holds) {
    size_t rows = 0;
    for (uint64_t n = 0; n < kPushes * kRows; ++n) rows += holds(line_of(n));
    return rows;
  };
  auto contains = [&](std::string needle, uint64_t most_looked_at) {
    const auto holds = [&](std::string_view line) { return line.find(needle) != std::string_view::npos; };
    const Found found = search(*store, {.kind = Predicate::Kind::kLineContains, .text = needle}, holds);
    INFO(needle);
    CHECK(found.rows == count(holds));
    CHECK(found.looked_at <= most_looked_at);
  };
  auto equals = [&](std::string field, std::string value, uint64_t most_looked_at) {
    const auto holds = [&](std::string_view line) { return line.find("\"" + field + "\":\"" + value + "\"") != std::string_view::npos; };
    const Found found = search(*store, {.kind = Predicate::Kind::kField, .text = value, .field = field}, holds);
    CHECK(found.rows == count(holds));
    CHECK(found.looked_at <= most_looked_at);
  };
  constexpr uint64_t kAll = kPushes * kRows;
  for (bool merged : {false, true}) {
    CAPTURE(merged);
    if (merged) REQUIRE(merged_to_one(*store));
    contains("nowhere to be seen", 0);
    contains("\"status\":500", kAll);
    contains("hello", kAll);
    contains("plain text", kAll);
    contains(hex_id(100, 32).substr(4, 12), kAll);
    contains("\"span\":\"" + hex_id(1030000, 16) + "\"", kAll);
    contains("/cart/4711\"", kAll);
    contains(hex_id(997 * 20, 40), kAll);
    equals("trace_id", hex_id(10000, 32), kAll);
    equals("span", hex_id(1000005, 16), kAll);
    equals("path", "/cart/77", kAll);
    // A parser makes a blank of U+FFFD.
    const auto in_city = [](std::string_view line) { return line.find("\"S\xef\xbf\xbdo Paulo\"") != std::string_view::npos; };
    for (const auto parser : {Predicate::Parser::kJson, Predicate::Parser::kJsonPath})
      CHECK(search(*store, {.kind = Predicate::Kind::kField, .text = "S o Paulo", .field = "city", .path = {"city"}, .parser = parser}, in_city).rows == count(in_city));
  }
  for (const auto& f : std::filesystem::directory_iterator(folder.path() / "tenants/t")) {
    if (f.path().extension() != ".part") continue;
    auto text = inspect_part(f.path());
    REQUIRE(text.ok());
    CHECK(text->find("4 blocks") != std::string::npos);
    CHECK(text->find("trace_id") != std::string::npos);
  }
}

TEST_CASE("fields of unsealed lines are decided on columns") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  std::vector<StreamEntries> push = {{LabelSet{{"app", "a"}}, {}}, {LabelSet{{"app", "b"}}, {}}};
  for (uint64_t n = 0; n < kRows; ++n) push[n % 2].entries.push_back({static_cast<Nanos>(n * 10), line_of(n), {}});
  append(*store, push);
  auto f = [&](ScanRequest::Order order, Predicate where, std::string text, uint64_t most_uncertain) {
    ScanStats stats;
    ScanRequest request = everything();
    request.order = order;
    request.where = std::move(where);
    request.fields = {{WantedField::From::kJson, "path", false}, {WantedField::From::kJson, "ms", true}};
    request.stats = &stats;
    auto reader = store->scan(request);
    REQUIRE(reader.ok());
    uint64_t found = 0, uncertain = 0, want = 0;
    for (uint64_t n = 0; n < kRows; ++n) want += line_of(n).find(text) != std::string::npos;
    for (;;) {
      auto batch = (*reader)->next();
      REQUIRE(batch.ok());
      if (!*batch) break;
      const Column *path = *(*batch)->column(0), *ms = *(*batch)->column(1);
      for (size_t i = 0; i < (*batch)->rows(); ++i) {
        const std::string_view line = (*batch)->line(i);
        const bool match = line.find(text) != std::string_view::npos;
        if ((*batch)->certain(i)) CHECK(match);
        uncertain += !(*batch)->certain(i);
        found += match;
        if (path && path->codes[i] < path->dictionary.size()) CHECK(line.find("\"path\":\"" + std::string(path->dictionary[path->codes[i]]) + "\"") != std::string_view::npos);
        if (ms && ms->codes[i] == 0) CHECK(line.find("\"ms\":" + std::to_string(static_cast<int>(ms->numbers[i])) + ",") != std::string_view::npos);
      }
    }
    CHECK(found == want);
    CHECK(uncertain <= most_uncertain);
    CHECK(stats.head_rows == kRows);
  };
  constexpr uint64_t kYoung = kRows % 8192, kPlain = 100;
  using C = Predicate::Compare;
  for (const auto order : {ScanRequest::Order::kTime, ScanRequest::Order::kAny}) {
    f(order, {.kind = Predicate::Kind::kField, .field = "status", .number = 500, .compare = C::kGreaterEqual}, "\"status\":500", kYoung + kPlain);
    f(order, {.kind = Predicate::Kind::kField, .text = hex_id(1000, 32), .field = "trace_id"}, hex_id(1000, 32), kYoung + kPlain);
    f(order, {.kind = Predicate::Kind::kLineContains, .text = "hello"}, "hello", 0);
  }
}

TEST_CASE("ids open the one block that has them") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  for (int p = 0; p < kPushes; ++p) {
    std::vector<Entry> lines;
    for (int i = 0; i < kRows; ++i) {
      const uint64_t n = static_cast<uint64_t>(p) * kRows + static_cast<uint64_t>(i);
      lines.push_back({static_cast<Nanos>(n), R"({"id":")" + hex_id(n, 32) + R"(","level":"info"})", LabelSet{{"tier", "web"}, {"user", "u" + std::to_string(n)}}});
    }
    append(*store, entries(lines));
    REQUIRE(store->flush().ok());
  }
  REQUIRE(merged_to_one(*store));
  for (uint64_t n : {5, 17000, 40000, 67999}) {
    const std::string id = hex_id(n, 32);
    const auto holds = [&](std::string_view line) { return line.find(id) != std::string_view::npos; };
    for (const Predicate& p : {Predicate{.kind = Predicate::Kind::kLineContains, .text = id}, Predicate{.kind = Predicate::Kind::kLineContains, .text = "\"id\":\"" + id + "\""},
                               Predicate{.kind = Predicate::Kind::kField, .text = id, .field = "id"}}) {
      const Found found = search(*store, p, holds);
      CHECK(found.rows == 1);
      CHECK(found.looked_at == kRows);
    }
  }
  CHECK(search(*store, {.kind = Predicate::Kind::kLineContains, .text = hex_id(999999, 32)}, [](auto) { return true; }).looked_at == 0);
  const auto with_label = [&](Predicate::Kind kind, std::string name, std::string value, size_t rows, uint64_t looked_at) {
    CAPTURE(value);
    const Found found = search(*store, {.kind = kind, .text = value, .field = name}, [](auto) { return true; });
    CHECK(found.rows == rows);
    CHECK(found.looked_at == looked_at);
  };
  for (const auto kind : {Predicate::Kind::kMetadata, Predicate::Kind::kField}) {
    with_label(kind, "user", "u40000", 1, kRows);
    with_label(kind, "user", "u7", 1, kRows);
    with_label(kind, "user", "u999999", 0, 0);
    with_label(kind, "tier", "web", kPushes * kRows, kPushes * kRows);
    with_label(kind, "tier", "u7", 0, kRows);
    with_label(kind, "id", "u7", 0, 0);
  }
}

TEST_CASE("merging copies blocks, but entries that two parts hold are stored once") {
  TemporaryFolder folder;
  auto push = [](int from) {
    std::vector<Entry> lines;
    for (int i = 0; i < kRows; ++i) lines.push_back({from + i, line_of(static_cast<uint64_t>(from + i)), {}});
    return entries(lines);
  };
  size_t rows = 0;
  for (int p = 0; p < 4; ++p) {
    auto store = open_store(folder.path());  // a new one each time: nothing is known of what was sent before
    append(*store, push(p == 3 ? kRows / 2 : p * kRows));
    REQUIRE(store->flush().ok());
    rows = read_all(*store, everything()).size();
    if (p < 3) continue;
    REQUIRE(merged_to_one(*store));
    CHECK(store->stats().part_rows == 3 * kRows);
    CHECK(read_all(*store, everything()).size() == rows);
  }
  CHECK(rows == 3 * kRows);
}

}  // namespace
}  // namespace sleipnir::storage
