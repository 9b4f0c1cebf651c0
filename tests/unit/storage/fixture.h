#pragma once
// What the storage tests share: a folder of their own, short ways to say entries, and a slow, obvious model of a store.
#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "scratch.h"
#include "storage/store.h"

namespace sleipnir::storage {

/// An empty folder, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ = testing::scratch_folder("test");
};

/// A row as a scan hands it out.
struct SeenRow {
  Nanos timestamp;
  LabelSet labels;
  std::string line;
  LabelSet metadata;
  bool operator==(const SeenRow&) const = default;
};

inline std::vector<SeenRow> read_all(Source& source, const ScanRequest& request) {
  auto reader = source.scan(request);
  std::vector<SeenRow> rows;
  if (!reader) throw std::runtime_error(reader.error().message);
  for (;;) {
    auto batch = (*reader)->next();
    if (!batch) throw std::runtime_error(batch.error().message);
    if (!*batch) return rows;
    for (size_t i = 0; i < (*batch)->rows(); i++) {
      std::string line(request.need_lines ? (*batch)->line(i) : "");
      if (request.need_lines && line.size() != (*batch)->line_bytes(i)) throw std::runtime_error("line_bytes is not the line's length");
      rows.push_back({(*batch)->timestamps()[i], (*batch)->streams()[i]->labels, line, (*batch)->metadata(i)});
    }
  }
}

/// What a batch says row by row, checked against what it says of all rows at once.
inline std::vector<SeenRow> rows_of(Batch& batch, bool lines) {
  const auto pairs = batch.pairs();
  const auto codes = batch.pair_codes(), lengths = batch.line_lengths();
  const auto stretches = batch.stretches();
  const auto times = batch.timestamps();
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
  };
  require(batch.rows() > 0 && times.size() == batch.rows() && lengths.size() == batch.rows(), "sizes differ");
  require(!stretches.empty() && stretches.back().end == batch.rows(), "stretches end early");
  std::vector<SeenRow> rows;
  size_t stretch = 0;
  for (uint32_t i = 0; i < batch.rows(); i++) {
    if (i == stretches[stretch].end) stretch++;
    else require(i == 0 || times[i - 1] <= times[i], "a stretch descends");
    const Stretch& of = stretches[stretch];
    require(of.first <= times[i] && times[i] <= of.last, "a row is beyond its stretch");
    const RowTime next = batch.first_after(i, of.end, times[i]);
    require(next.row > i && (next.row == of.end || (times[next.row] > times[i] && times[next.row] == next.timestamp)), "not a later row");
    require(times[next.row - 1] == times[i], "not the first later row");
    const RowPair pair = pairs[codes.empty() ? 0 : codes[i]];
    require(pair.stream == batch.streams()[i] && *pair.metadata == batch.metadata(i), "the pair is not the row's");
    require(lengths[i] == batch.line_bytes(i), "lengths differ");
    if (batch.all_certain()) require(batch.certain(i), "a row is not certain");
    rows.push_back({times[i], pair.stream->labels, std::string(lines ? batch.line(i) : ""), *pair.metadata});
    if (lines) require(rows.back().line.size() == lengths[i], "the length is not the line's");
  }
  return rows;
}

/// The rows of a kAny scan, by time, read by several threads from one reader.
inline std::vector<SeenRow> read_any(Source& source, ScanRequest request, int threads) {
  request.order = ScanRequest::Order::kAny;
  auto reader = source.scan(request);
  if (!reader) throw std::runtime_error(reader.error().message);
  std::mutex mutex;
  std::vector<SeenRow> rows;
  std::string failure;
  const auto take_turns = [&] {
    for (;;) {
      auto batch = (*reader)->next();
      if (batch && !*batch) return;
      std::string problem = batch ? "" : batch.error().message;
      std::vector<SeenRow> seen;
      try {
        if (batch) seen = rows_of(**batch, request.need_lines);
      } catch (const std::exception& e) {
        problem = e.what();
      }
      std::lock_guard lock(mutex);
      rows.insert(rows.end(), seen.begin(), seen.end());
      if (problem.empty()) continue;
      failure = problem;
      return;
    }
  };
  {
    std::vector<std::jthread> others;
    for (int i = 1; i < threads; i++) others.emplace_back(take_turns);
    take_turns();
  }
  if (!failure.empty()) throw std::runtime_error(failure);
  return rows;
}

inline void sort_all(std::vector<SeenRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const SeenRow& a, const SeenRow& b) { return std::tie(a.timestamp, a.labels, a.line, a.metadata) < std::tie(b.timestamp, b.labels, b.line, b.metadata); });
}

inline ScanRequest everything(std::string tenant = "t", Direction direction = Direction::kForward) {
  ScanRequest request;
  request.tenant = std::move(tenant);
  request.start = INT64_MIN;
  request.end = INT64_MAX;
  request.direction = direction;
  return request;
}

/// "timestamp:line" of each row, joined by blanks.
inline std::string text(const std::vector<SeenRow>& rows) {
  std::string out;
  for (const auto& r : rows) out += (out.empty() ? "" : " ") + std::to_string(r.timestamp) + ":" + r.line;
  return out;
}

inline std::unique_ptr<Store> open_store(const std::filesystem::path& path, uint64_t seal_bytes = 64 << 20) {
  auto store = Store::open({.directory = path, .fsync = false, .seal_bytes = seal_bytes});
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

/// Waits until merges have left one part; false after a minute.
inline bool merged_to_one(const Store& store) {
  for (int i = 0; i < 6000 && store.stats().parts > 1; i++) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return store.stats().parts == 1;
}

inline AppendReport append(Store& store, std::vector<StreamEntries> push, AppendOptions options = {}, const std::string& tenant = "t") {
  auto report = store.append(tenant, std::move(push), options);
  if (!report) throw std::runtime_error(report.error().message);
  return *report;
}

/// Entries of one stream {app="a"}.
inline std::vector<StreamEntries> entries(std::vector<Entry> entries) { return {{LabelSet{{"app", "a"}}, std::move(entries)}}; }

inline Matcher matcher(std::string name, MatchOp op, std::string value) {
  auto m = Matcher::make(std::move(name), op, std::move(value));
  if (!m) throw std::runtime_error(m.error().message);
  return *m;
}

/// All rows of one tenant in arrival order; every question is answered by going through all of them.
class Model {
 public:
  /// Returns how many were duplicates.
  uint64_t append(const std::vector<StreamEntries>& push) {
    uint64_t duplicates = 0;
    for (const auto& s : push) {
      for (const Entry& e : s.entries) {
        SeenRow row{e.timestamp, s.labels, std::string(e.line), e.metadata};
        bool is_new = seen_.emplace(e.timestamp, s.labels, std::string(e.line), e.metadata).second;
        if (is_new) rows_.push_back(std::move(row));
        duplicates += !is_new;
      }
    }
    return duplicates;
  }

  std::vector<SeenRow> scan(const ScanRequest& request) const {
    std::vector<SeenRow> found;
    for (const SeenRow& row : rows_) {
      bool matches = std::all_of(request.matchers.begin(), request.matchers.end(), [&](const Matcher& m) { return m.matches(row.labels.get(m.name())); });
      if (!matches || row.timestamp < request.start || row.timestamp >= request.end) continue;
      found.push_back(row);
      if (!request.need_lines) found.back().line.clear();
    }
    std::stable_sort(found.begin(), found.end(), [](const SeenRow& a, const SeenRow& b) { return a.timestamp < b.timestamp; });
    if (request.direction == Direction::kBackward) std::reverse(found.begin(), found.end());
    return found;
  }

 private:
  std::vector<SeenRow> rows_;
  std::set<std::tuple<Nanos, LabelSet, std::string, LabelSet>> seen_;
};

}  // namespace sleipnir::storage
