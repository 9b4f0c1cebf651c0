// What single steps of the store cost, without a server: nanoseconds of processor time a row, an id, a question. Argument: only those whose name contains it.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <random>

#include "storage/bytes.h"
#include "storage/column/block_writer.h"
#include "storage/format.h"
#include "storage/part/id_index.h"
#include "storage/store.h"

namespace sleipnir::storage {
namespace {

std::string_view only;

double processor_seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

/// Runs `work` for about a second and prints what one of its `units` costs.
template <class Work>
void measure(std::string_view name, size_t units, Work work) {
  if (name.find(only) == std::string_view::npos) return;
  work();
  const double begin = processor_seconds();
  size_t rounds = 0;
  while (processor_seconds() - begin < 1) work(), ++rounds;
  std::printf("%-32.*s %10.1f ns\n", static_cast<int>(name.size()), name.data(), (processor_seconds() - begin) * 1e9 / static_cast<double>(rounds * units));
}

std::string hex(std::mt19937_64& random, int digits) {
  std::string s;
  for (; digits > 0; --digits) s += "0123456789abcdef"[random() % 16];
  return s;
}

std::string json_line(std::mt19937_64& random) {
  const auto n = [&](uint64_t most) { return std::to_string(random() % most); };
  return R"({"level":")" + std::string(random() % 50 ? "info" : "error") + R"(","trace_id":")" + hex(random, 32) + R"(","span_id":")" + hex(random, 16) + R"(","method":"GET","path":"/orders/)" +
         n(50000) + R"(/items","status":)" + std::string(random() % 30 ? "200" : "503") + R"(,"duration_ms":)" + n(4000) + "." + n(9) + R"(,"bytes":)" + n(60000) +
         R"(,"user_agent":"Mozilla/5.0 (X11; Linux x86_64) Firefox/1)" + n(9) + R"(","msg":"request completed"})";
}

std::string logfmt_line(std::mt19937_64& random) {
  return "level=info ts=" + std::to_string(random() % 100000) + " caller=main.go:" + std::to_string(random() % 200) + " msg=\"took " + std::to_string(random() % 900) + " ms\" id=" + hex(random, 16);
}

std::string text_line(std::mt19937_64& random) {
  return "sshd[" + std::to_string(random() % 30000) + "]: Failed password for root from 10.0." + std::to_string(random() % 256) + ".7 port " + std::to_string(random() % 60000) + " ssh2";
}

std::vector<std::string> lines_of(std::string (*make)(std::mt19937_64&)) {
  std::mt19937_64 random(1);
  std::vector<std::string> lines;
  for (uint32_t i = 0; i < kBlockRows; ++i) lines.push_back(make(random));
  return lines;
}

void blocks(std::string_view name, const std::vector<std::string>& lines) {
  std::vector<BlockRow> rows;
  for (uint32_t i = 0; i < lines.size(); ++i) rows.push_back({i % 8, 0, i * kMillisecond, i, lines[i]});
  const std::vector<std::string_view> sets = {kNoLabels};
  measure("block of " + std::string(name) + ", a row", lines.size(), [&] { write_block(rows, sets); });
}

void vocabulary(const std::vector<std::string>& lines) {
  std::vector<BlockRow> rows;
  for (uint32_t i = 0; i < lines.size(); ++i) rows.push_back({0, 0, i, i, lines[i]});
  const Vocabulary all = write_block(rows, std::vector<std::string_view>{kNoLabels}).summary.vocabulary;
  measure("vocabulary, a needle", 1, [&] {
    AlignedNeedle needle("deadlock detected while updating row 99999");
    return all.may_hold(needle);
  });
}

void ids() {
  std::mt19937_64 random(1);
  std::vector<IdEntry> entries;
  for (size_t i = 0; i < part::kIdPageEntries; ++i) entries.push_back({static_cast<uint32_t>(random()), static_cast<uint32_t>(random() % 64)});
  std::sort(entries.begin(), entries.end());
  std::string bytes;
  put_id_page(bytes, entries);
  const IdPage page{entries.front().fingerprint, static_cast<uint32_t>(entries.size()), {}};
  measure("id page written, an id", entries.size(), [&] {
    std::string out;
    put_id_page(out, entries);
  });
  measure("id page read, an id", entries.size(), [&] {
    std::vector<IdEntry> out;
    read_id_page(bytes, page, out);
  });
}

/// A part of some blocks, asked through the store.
void store(const std::vector<std::string>& lines) {
  const auto folder = std::filesystem::temp_directory_path() / ("micro-" + std::to_string(getpid()));
  auto opened = Store::open({.directory = folder, .fsync = false});
  if (!opened) return;
  std::unique_ptr<Store> store = std::move(*opened);
  std::vector<StreamEntries> push(4);
  for (size_t s = 0; s < push.size(); ++s) push[s].labels.set("app", std::string(1, static_cast<char>('a' + s)));
  for (size_t i = 0; i < lines.size(); ++i) push[i % push.size()].entries.push_back({static_cast<Nanos>(i) * 10 * kMillisecond, lines[i], {}});
  (void)store->append("t", push);
  measure("append, a row", lines.size(), [&] {
    for (auto& s : push)
      for (Entry& e : s.entries) e.timestamp += kHour;  // so that none is a duplicate
    (void)store->append("t", push);
  });
  (void)store->flush();
  const uint64_t rows = store->stats().part_rows;
  const auto scan = [&](ScanRequest request, bool build) {
    request.tenant = "t";
    request.end = INT64_MAX;
    auto reader = store->scan(request);
    for (;;) {
      auto batch = (*reader)->next();
      if (!batch || !*batch) return;
      for (size_t row = 0; build && row < (*batch)->rows(); ++row) (*batch)->line(row);
    }
  };
  if (rows > 0) {
    measure("scan in order with lines, a row", rows, [&] { scan({}, true); });
    measure("scan in any order, a row", rows, [&] { scan({.order = ScanRequest::Order::kAny, .need_lines = false}, false); });
    measure("count by minute, a row", rows, [&] { (void)store->count({.tenant = "t", .edges = {0, kHour, kDay, 365 * kDay}}); });
  }
  store.reset();
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace sleipnir::storage

int main(int argc, char** argv) {
  using namespace sleipnir::storage;
  if (argc > 1) only = argv[1];
  const auto json = lines_of(json_line);
  blocks("json", json);
  blocks("logfmt", lines_of(logfmt_line));
  blocks("text", lines_of(text_line));
  vocabulary(json);
  ids();
  store(json);
}
