// logql_scripts [--base RFC3339] [FILE | FOLDER]…: runs test scripts against the engine, each eval over rows in memory, over a store's
// unsealed rows and over its parts. README.md describes the scripts.
#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "logql/answer.h"
#include "logql/script.h"
#include "scratch.h"
#include "storage/store.h"

namespace sleipnir::testing {

namespace {

namespace fs = std::filesystem;

const std::string kTenant = "t";
constexpr Nanos kDefaultBase = 1'767'225'600 * kSecond;  // 2026-01-01T00:00:00Z, a whole hour

/// What the scripts run against. Entries that are the same in everything are stored once, whoever stores them.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual void clear() = 0;
  virtual Result<void> load(const std::vector<StoredEntry>& entries) = 0;
  virtual Source& source() = 0;
};

class MemorySubject : public Subject {
 public:
  void clear() override {
    entries_.clear();
    seen_.clear();
    source_.reset();
  }
  Result<void> load(const std::vector<StoredEntry>& entries) override {
    for (const StoredEntry& e : entries)
      if (seen_.insert({e.stream.to_string(), e.entry.timestamp, std::string(e.entry.line), e.entry.metadata.to_string()}).second) entries_.push_back(e);
    source_.reset();
    return {};
  }
  Source& source() override {
    if (!source_) source_ = std::make_unique<MemorySource>(entries_);
    return *source_;
  }

 private:
  std::vector<StoredEntry> entries_;
  std::set<std::tuple<std::string, Nanos, std::string, std::string>> seen_;
  std::unique_ptr<MemorySource> source_;
};

class StoreSubject : public Subject {
 public:
  explicit StoreSubject(bool sealed) : sealed_(sealed) {}
  ~StoreSubject() override { clear(); }
  void clear() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  Result<void> load(const std::vector<StoredEntry>& entries) override {
    if (auto ready = open(); !ready.ok()) return ready;
    std::vector<StreamEntries> streams;
    std::map<LabelSet, size_t> known;
    for (const StoredEntry& e : entries) {
      auto [at, added] = known.try_emplace(e.stream, streams.size());
      if (added) streams.push_back({e.stream, {}});
      streams[at->second].entries.push_back(e.entry);
    }
    if (auto done = store_->append(kTenant, std::move(streams)); !done.ok()) return done.error();
    return sealed_ ? store_->flush() : Result<void>();
  }
  Source& source() override {
    if (!store_ && !open().ok()) std::abort();
    return *store_;
  }

 private:
  Result<void> open() {
    if (store_) return {};
    auto opened = storage::Store::open({.directory = folder_, .fsync = false});
    if (!opened.ok()) return opened.error();
    store_ = *std::move(opened);
    return {};
  }

  const fs::path folder_ = scratch_folder("scripts");
  const bool sealed_;
  std::unique_ptr<storage::Store> store_;
};

class Run {
 public:
  explicit Run(Nanos base) : base_(base) {
    subjects_.emplace_back("memory", std::make_unique<MemorySubject>());
    subjects_.emplace_back("unsealed", std::make_unique<StoreSubject>(false));
    subjects_.emplace_back("sealed", std::make_unique<StoreSubject>(true));
  }

  void run(const fs::path& path) {
    auto script = read_script(path, base_);
    if (!script.ok()) return report(script.error().message, "", "");
    clear();
    for (const Command& command : script->commands) {
      if (std::holds_alternative<Clear>(command)) clear();
      if (auto* l = std::get_if<Load>(&command)) load(*l, path);
      if (auto* eval = std::get_if<Eval>(&command)) ask(*eval, path);
    }
  }

  bool finish() const {
    std::cout << passed_ << " passed, " << failed_ << " failed\n";
    return failed_ == 0 && passed_ > 0;
  }

 private:
  void clear() {
    for (auto& [name, subject] : subjects_) subject->clear();
  }

  void load(const Load& load, const fs::path& path) {
    for (auto& [name, subject] : subjects_)
      if (auto done = subject->load(load.entries); !done.ok()) report(path.filename().string() + ": load: " + done.error().message, name, "");
  }

  void ask(const Eval& eval, const fs::path& path) {
    std::map<std::string, std::string> differences;  // difference → where it shows
    for (auto& [name, subject] : subjects_)
      if (std::string d = difference(eval, subject->source(), kTenant, base_); !d.empty()) (differences[d] += differences[d].empty() ? "" : ", ") += name;
    if (differences.empty()) return static_cast<void>(++passed_);
    std::string place = path.filename().string() + ":" + std::to_string(eval.line) + ": " + eval.query;
    std::string text;
    for (const auto& [d, where] : differences) text += "  [" + where + "]\n" + d;
    report(place, "", text);
  }

  void report(const std::string& place, const std::string& where, const std::string& text) {
    ++failed_;
    std::cout << "FAIL " << place << (where.empty() ? "" : " [" + where + "]") << "\n" << text;
  }

  Nanos base_;
  std::vector<std::pair<std::string, std::unique_ptr<Subject>>> subjects_;
  size_t passed_ = 0, failed_ = 0;
};

std::vector<fs::path> scripts_in(const fs::path& place) {
  if (!fs::is_directory(place)) return {place};
  std::vector<fs::path> scripts;
  for (const auto& file : fs::directory_iterator(place))
    if (file.path().extension() == ".logqltest") scripts.push_back(file.path());
  std::sort(scripts.begin(), scripts.end());
  return scripts;
}

}  // namespace

}  // namespace sleipnir::testing

int main(int argc, char** argv) {
  using namespace sleipnir;
  Nanos base = testing::kDefaultBase;
  std::vector<std::filesystem::path> places;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) != "--base" || i + 1 == argc) {
      places.emplace_back(argv[i]);
      continue;
    }
    auto time = parse_rfc3339(argv[++i]);
    if (!time.ok() || *time % kHour != 0) return std::cerr << "--base needs a whole hour, RFC 3339\n", 2;
    base = *time;
  }
  testing::Run run(base);
  for (const auto& place : places)
    for (const auto& script : testing::scripts_in(place)) run.run(script);
  return run.finish() ? 0 : 1;
}
