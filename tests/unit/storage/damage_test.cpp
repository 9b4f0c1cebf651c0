// Files cut short and files with flipped bits: a start never fails for them, and nothing wrong is ever handed out.
#include <doctest/doctest.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "storage/file.h"
#include "storage/format.h"
#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

namespace fs = std::filesystem;

const bool quiet = (spdlog::set_level(spdlog::level::off), true);  // each damage is logged, thousands of times

void write_file(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

fs::path only_file(const fs::path& folder, const std::string& suffix) {
  fs::path found;
  for (const auto& f : fs::directory_iterator(folder)) {
    if (f.path().extension() == suffix) found = f.path();
  }
  REQUIRE(!found.empty());
  return found;
}

bool has_damaged(const fs::path& folder) {
  return std::any_of(fs::directory_iterator(folder), {}, [](const auto& f) { return f.path().string().ends_with(".damaged"); });
}

/// Three small appends, as a WAL segment or as one part: its name and bytes.
struct Sample {
  fs::path name;
  std::string bytes;
  std::vector<std::string> after;  ///< what a scan shows after 0, 1, 2, 3 appends

  explicit Sample(bool sealed) {
    TemporaryFolder folder;
    auto store = open_store(folder.path());
    after.push_back("");
    for (int i = 1; i <= 3; i++) {
      append(*store, entries({{i, "line " + std::to_string(i), LabelSet{{"k", "v"}}}, {i * 10, "x"}}));
      after.push_back(text(read_all(*store, everything())));
    }
    if (sealed) REQUIRE(store->flush().ok());
    const uint64_t wal_bytes = store->stats().wal_bytes;
    store.reset();
    name = only_file(folder.path() / "tenants/t", sealed ? ".part" : ".wal").filename();
    bytes = *read_file(folder.path() / "tenants/t" / name);
    if (sealed) return;
    CHECK(bytes.find_first_not_of('\0', wal_bytes) == std::string::npos);  // the rest of the last block
    bytes.resize(wal_bytes);
  }
};

/// A store folder that holds one file only.
struct Restored {
  TemporaryFolder folder;
  fs::path tenant = folder.path() / "tenants/t";

  Restored(const fs::path& name, const std::string& bytes) {
    fs::create_directories(tenant);
    write_file(tenant / name, bytes);
  }
};

size_t appends_in(const Sample& sample, const std::string& seen) {
  auto found = std::find(sample.after.begin(), sample.after.end(), seen);
  REQUIRE(found != sample.after.end());
  return found - sample.after.begin();
}

TEST_CASE("a WAL cut at any byte yields whole appends, and goes on") {
  Sample sample(false);
  size_t before = 0;
  for (size_t n = 0; n <= sample.bytes.size(); n++) {
    CAPTURE(n);
    Restored restored(sample.name, sample.bytes.substr(0, n));
    auto store = open_store(restored.folder.path());
    size_t appends = appends_in(sample, text(read_all(*store, everything())));
    CHECK(appends >= before);
    before = appends;
    CHECK(!has_damaged(restored.tenant));
    append(*store, entries({{1000, "after"}}));
    std::string want = text(read_all(*store, everything()));
    store.reset();
    CHECK(text(read_all(*open_store(restored.folder.path()), everything())) == want);
  }
  CHECK(before == 3);
}

TEST_CASE("a WAL that grew before its data arrived is cut") {
  Sample sample(false);
  Restored restored(sample.name, sample.bytes + std::string(100, '\0'));
  CHECK(text(read_all(*open_store(restored.folder.path()), everything())) == sample.after[3]);
  CHECK(!has_damaged(restored.tenant));
  CHECK(*read_file(restored.tenant / sample.name) == sample.bytes);
}

TEST_CASE("a flipped bit in the WAL is found; what comes before is kept, the rest set aside") {
  Sample sample(false);
  for (size_t i = 0; i < sample.bytes.size(); i++) {
    CAPTURE(i);
    std::string bytes = sample.bytes;
    bytes[i] ^= 1 << i % 8;
    Restored restored(sample.name, bytes);
    auto store = open_store(restored.folder.path());
    CHECK(appends_in(sample, text(read_all(*store, everything()))) < 3);
    CHECK(has_damaged(restored.tenant));
    CHECK(store->stats().set_aside == 1);
  }
}

TEST_CASE("a flipped bit in a part is found, at the start or when it is read") {
  Sample sample(true);
  for (size_t i = 0; i < sample.bytes.size(); i++) {
    CAPTURE(i);
    std::string bytes = sample.bytes;
    bytes[i] ^= 1 << i % 8;
    Restored restored(sample.name, bytes);
    auto store = open_store(restored.folder.path());
    if (has_damaged(restored.tenant)) {
      CHECK(text(read_all(*store, everything())) == "");
      CHECK(store->stats().set_aside == 1);
      continue;
    }
    auto corrupt = [&](const ScanRequest& request) {
      auto reader = store->scan(request);
      auto batch = reader ? (*reader)->next() : Result<std::unique_ptr<Batch>>(reader.error());
      if (batch) return false;
      CHECK(batch.error().kind == ErrorKind::kCorrupt);
      CHECK(batch.error().message.find(sample.name.string()) != std::string::npos);
      return true;
    };
    if (corrupt(everything())) continue;
    // Only searches look at the summaries, only counts at the roll-ups, and arrivals decide only between rows of one time.
    CHECK(text(read_all(*store, everything())) == sample.after[3]);
    const auto counted = store->count({.tenant = "t", .edges = {-kHour, kHour}});
    if (!counted) {
      CHECK(counted.error().kind == ErrorKind::kCorrupt);
      CHECK(counted.error().message.find(sample.name.string()) != std::string::npos);
      continue;
    }
    ScanRequest search = everything();
    search.where = {.kind = Predicate::Kind::kLineContains, .text = "line"};
    if (corrupt(search)) continue;
    search.where = {.kind = Predicate::Kind::kMetadata, .text = "v", .field = "k"};
    if (corrupt(search)) continue;
    append(*store, entries({{1, "of the same time"}}));
    CHECK(corrupt(everything()));
  }
}

TEST_CASE("a part cut at any byte is set aside, and its number is not used again") {
  Sample sample(true);
  for (size_t n = 0; n < sample.bytes.size(); n += 7) {
    Restored restored(sample.name, sample.bytes.substr(0, n));
    auto store = open_store(restored.folder.path());
    CHECK(text(read_all(*store, everything())) == "");
    CHECK(has_damaged(restored.tenant));
    append(*store, entries({{1, "new"}}));
    REQUIRE(store->flush().ok());
    CHECK(!fs::exists(restored.tenant / sample.name));
  }
}

TEST_CASE("half-written parts are removed") {
  Sample sample(true);
  Restored restored(sample.name, sample.bytes);
  write_file(restored.tenant / (sample.name.string() + ".tmp"), "half");
  CHECK(text(read_all(*open_store(restored.folder.path()), everything())) == sample.after[3]);
  CHECK(!fs::exists(restored.tenant / (sample.name.string() + ".tmp")));
}

TEST_CASE("a crash between a merge and the removal of its sources shows each entry once") {
  TemporaryFolder folder;
  fs::path tenant = folder.path() / "tenants/t", copies = folder.path() / "copies";
  auto store = open_store(folder.path());
  fs::create_directories(copies);
  for (int i = 0; i < 4; i++) {
    append(*store, entries({{i, "line"}, {100 - i, "other"}}));
    REQUIRE(store->flush().ok());
    for (const auto& f : fs::directory_iterator(tenant)) {
      std::error_code ec;
      if (f.path().extension() == ".part") fs::copy_file(f.path(), copies / f.path().filename(), fs::copy_options::overwrite_existing, ec);
    }
  }
  std::string want = text(read_all(*store, everything()));
  REQUIRE(merged_to_one(*store));
  CHECK(text(read_all(*store, everything())) == want);
  store.reset();
  size_t sources = 0;
  for (const auto& f : fs::directory_iterator(copies)) sources += fs::copy_file(f.path(), tenant / f.path().filename(), fs::copy_options::skip_existing);
  REQUIRE(sources >= 3);  // the fourth may be merged before it is copied
  store = open_store(folder.path());
  CHECK(store->stats().parts == 1);
  CHECK(text(read_all(*store, everything())) == want);
  CHECK(std::distance(fs::directory_iterator(tenant), {}) == 1);
}

/// While it lives, no file of the process grows beyond `bytes`: what a full disk does to a write.
struct FullDisk {
  rlimit before{};
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit limit{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

TEST_CASE("a full disk acknowledges nothing and loses nothing") {
  TemporaryFolder folder;
  auto store = open_store(folder.path());
  append(*store, entries({{1, "before"}}));
  {
    FullDisk full(10000);
    auto report = store->append("t", entries({{2, std::string(20000, 'x')}}), {});
    REQUIRE(!report.ok());
    CHECK(report.error().kind == ErrorKind::kIo);
    CHECK(text(read_all(*store, everything())) == "1:before");
    append(*store, entries({{3, "small"}}));
  }
  {
    FullDisk full(20);
    CHECK(!store->flush().ok());
    CHECK(text(read_all(*store, everything())) == "1:before 3:small");
  }
  append(*store, entries({{4, "after"}}));
  CHECK(text(read_all(*store, everything())) == "1:before 3:small 4:after");
  store.reset();
  store = open_store(folder.path());
  CHECK(text(read_all(*store, everything())) == "1:before 3:small 4:after");
  REQUIRE(store->flush().ok());
  CHECK(store->stats().wal_bytes == 0);
  CHECK(text(read_all(*store, everything())) == "1:before 3:small 4:after");
}

TEST_CASE("a file of a newer version is not touched, and said so") {
  for (bool sealed : {false, true}) {
    Sample sample(sealed);
    std::string bytes = sample.bytes;
    std::string header = bytes.substr(0, 4) + std::string("\x63\0\0\0", 4);
    uint64_t sum = checksum(header);
    bytes.replace(0, 16, header + std::string(reinterpret_cast<char*>(&sum), 8));
    Restored restored(sample.name, bytes);
    auto store = Store::open({.directory = restored.folder.path()});
    REQUIRE(!store.ok());
    CHECK(store.error().message.find("newer version") != std::string::npos);
    CHECK(*read_file(restored.tenant / sample.name) == bytes);
  }
}

}  // namespace
}  // namespace sleipnir::storage
