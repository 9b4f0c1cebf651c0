#include <doctest/doctest.h>
#include <sys/wait.h>

#include <csignal>
#include <thread>

#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

LabelSet writer_labels(int writer) { return LabelSet{{"writer", std::to_string(writer)}}; }

TEST_CASE("writers and readers together: what is acknowledged is seen, in order") {
  constexpr int kWriters = 4, kReaders = 2, kPushes = 60, kEntries = 20;
  TemporaryFolder folder;
  auto store = open_store(folder.path(), 16 << 10);
  std::atomic<int> acknowledged[kWriters] = {}, running{kWriters}, failures{0}, scans{0};
  std::vector<std::thread> threads;
  for (int w = 0; w < kWriters; w++) {
    threads.emplace_back([&, w] {
      std::mt19937 random(w);
      for (int p = 0; p < kPushes; p++) {
        std::vector<Entry> lines;
        for (int i = 0; i < kEntries; i++) lines.push_back({static_cast<Nanos>(random() % 1000), std::to_string(p * kEntries + i) + std::string(40, '.')});
        auto report = store->append("t", {{writer_labels(w), lines}}, {});
        failures += !report.ok() || report->accepted != kEntries;
        acknowledged[w] += kEntries;
      }
      running--;
    });
  }
  for (int r = 0; r < kReaders; r++) {
    threads.emplace_back([&, r] {
      do {
        int least[kWriters];
        for (int w = 0; w < kWriters; w++) least[w] = acknowledged[w];
        auto rows = read_all(*store, everything("t", r ? Direction::kForward : Direction::kBackward));
        if (r == 0) std::reverse(rows.begin(), rows.end());
        failures += !std::is_sorted(rows.begin(), rows.end(), [](const SeenRow& a, const SeenRow& b) { return a.timestamp < b.timestamp; });
        for (int w = 0; w < kWriters; w++) {
          auto seen = std::count_if(rows.begin(), rows.end(), [&](const SeenRow& row) { return row.labels == writer_labels(w); });
          failures += seen < least[w];
        }
        auto stats = store->index_stats("t", {}, 0, 1000);
        failures += !stats.ok() || stats->entries < rows.size();
        scans++;
      } while (running > 0);
    });
  }
  for (auto& t : threads) t.join();
  CHECK(failures == 0);
  CHECK(scans >= kReaders);
  CHECK(read_all(*store, everything()).size() == kWriters * kPushes * kEntries);
  store.reset();
  CHECK(read_all(*open_store(folder.path()), everything()).size() == kWriters * kPushes * kEntries);
}

/// Appends batch after batch and tells the pipe which ones are acknowledged, until killed.
[[noreturn]] void append_until_killed(const std::filesystem::path& folder, int pipe, int first) {
  auto store = Store::open({.directory = folder, .fsync = true, .seal_bytes = 32 << 10});
  if (!store) _exit(1);
  for (int batch = first;; batch++) {
    std::vector<Entry> lines;
    for (int i = 0; i < 10; i++) lines.push_back({batch * 7919 % 1000, std::to_string(batch) + std::string(100, '.')  + std::to_string(i)});
    if (!(*store)->append("t", entries(lines), {}).ok()) _exit(1);
    if (::write(pipe, &batch, sizeof batch) != sizeof batch) _exit(1);
  }
}

TEST_CASE("what was acknowledged survives kill -9, whole batches only") {
  TemporaryFolder folder;
  std::mt19937 random(7);
  std::set<int> acknowledged;
  int next = 0;
  for (int round = 0; round < 20; round++) {
    CAPTURE(round);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      append_until_killed(folder.path(), ends[1], next);
    }
    ::close(ends[1]);
    usleep(20000 + random() % 80000);
    REQUIRE(::kill(child, SIGKILL) == 0);
    for (int batch; ::read(ends[0], &batch, sizeof batch) == sizeof batch;) {
      acknowledged.insert(batch);
      next = batch + 1;
    }
    ::close(ends[0]);
    int status;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    next++;  // the batch in flight may be stored or not

    std::map<int, int> lines;
    auto store = open_store(folder.path());
    for (const auto& row : read_all(*store, everything())) lines[std::stoi(row.line)]++;
    CHECK(std::all_of(lines.begin(), lines.end(), [](auto& batch) { return batch.second == 10; }));
    CHECK(std::all_of(acknowledged.begin(), acknowledged.end(), [&](int batch) { return lines.contains(batch); }));
  }
  CHECK(acknowledged.size() > 20);
}

}  // namespace
}  // namespace sleipnir::storage
