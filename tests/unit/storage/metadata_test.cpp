// Structured metadata of entries of which each has other ids, over parts: those of version 5 keep sets, newer ones columns.
#include <doctest/doctest.h>

#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

namespace fs = std::filesystem;

constexpr Nanos kBegin = 1772323200 * kSecond;

/// The rows as they were pushed, a stream each.
std::vector<StreamEntries> pushed_again(const std::vector<SeenRow>& rows) {
  std::vector<StreamEntries> out;
  for (const SeenRow& row : rows) out.push_back({row.labels, {{row.timestamp, row.line, row.metadata}}});
  return out;
}

/// What a scan of all sees that looks at some names only.
std::vector<SeenRow> projected(std::vector<SeenRow> rows, const std::vector<std::string>& names) {
  for (SeenRow& row : rows) {
    LabelSet kept;
    for (const Label& l : row.metadata)
      if (std::find(names.begin(), names.end(), l.name) != names.end()) kept.set(l.name, l.value);
    row.metadata = kept;
  }
  return rows;
}

TEST_CASE("metadata of a part of version 5 is that of the same entries in newer ones") {
  TemporaryFolder folder;
  const fs::path tenant = folder.path() / "tenants/t";
  fs::create_directories(tenant);
  fs::copy(fs::path(SLEIPNIR_TESTS) / "unit/storage/data/v5/2026-03-01-0000000000000001.part", tenant);
  auto store = open_store(folder.path());
  const std::vector<SeenRow> old = read_all(*store, everything());
  REQUIRE(old.size() == 60);
  CHECK(old[1].metadata.find("n") != nullptr);
  Model model;
  model.append(pushed_again(old));
  const auto check = [&] { CHECK(read_all(*store, everything()) == model.scan(everything())); };
  check();
  for (int part = 0; part < 3; ++part) {
    std::vector<StreamEntries> push = pushed_again(old);  // again: each entry stays one
    for (int i = 0; i < 200; ++i) push.push_back({LabelSet{{"app", "b"}}, {{kBegin + (i % 90) * kSecond, "line " + std::to_string(part), LabelSet{{"n", std::to_string(part * 1000 + i)}, {"trace_id", "x"}}}}});
    append(*store, push);
    model.append(push);
    check();
    REQUIRE(store->flush().ok());
    if (part < 2) check();
  }
  REQUIRE(merged_to_one(*store));
  check();
}

TEST_CASE("names that are looked at are those of the rows, in order of time or not") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  Model model;
  for (int part = 0; part < 3; ++part) {
    std::vector<StreamEntries> push;
    for (int i = 0; i < 500; ++i)
      push.push_back({LabelSet{{"app", i % 3 ? "a" : "b"}}, {{kBegin + ((i * 7 + part) % 400) * kSecond, "line", LabelSet{{"id", std::to_string(part * 1000 + i)}, {"level", i % 4 ? "info" : ""}, {"app", "meta"}}}}});
    append(*store, push);
    model.append(push);
    if (part < 2) REQUIRE(store->flush().ok());
  }
  const auto f = [&](std::vector<std::string> names, Predicate where) {
    ScanRequest request = everything();
    request.where = where;
    std::vector<SeenRow> want = projected(model.scan(everything()), names);
    if (where.kind == Predicate::Kind::kMetadata) want = projected(model.scan(everything()), {"id"});
    const auto misses = [&](const SeenRow& row) { return *row.metadata.find("id") != where.text; };
    if (where.kind == Predicate::Kind::kMetadata) std::erase_if(want, misses);
    request.metadata_names = std::move(names);
    for (const bool any : {false, true}) {
      std::vector<SeenRow> seen = any ? read_any(*store, request, 2) : read_all(*store, request);
      seen = projected(std::move(seen), *request.metadata_names);  // others may be there
      sort_all(seen);
      sort_all(want);
      CHECK(seen == want);
    }
  };
  f({}, {});
  f({"level"}, {});
  f({"app", "id", "none"}, {});
  f({"id"}, {.kind = Predicate::Kind::kMetadata, .text = "1007", .field = "id"});
  f({"id"}, {.kind = Predicate::Kind::kMetadata, .text = "nothing", .field = "id"});
}

}  // namespace
}  // namespace sleipnir::storage
