// textgen: pushes of lines that are not JSON, for text.py.
//
//   textgen loghub|logfmt|access BYTES RAW_FILE [LOGHUB_FOLDER]
//
// Writes the lines to RAW_FILE, and to standard output the bodies of the pushes that hold them (snappy protobuf, about 4 MB of lines each), each behind its
// length as four bytes, little-endian. The same arguments give the same bytes (with the same compiler). `loghub` repeats the lines of FOLDER/*_2k.log, a stream each, with another number of
// as many digits for each number of at least three.
//
// Build: g++ -O2 -std=c++20 textgen.cpp -o textgen -lsnappy     (Debian: libsnappy-dev)
#include <snappy.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

constexpr uint64_t kStartSeconds = 1772323200;  // 2026-03-01T00:00:00Z
constexpr uint64_t kGapNanos = 20'000;
constexpr size_t kBodyBytes = 4 << 20;

struct Random {
  uint64_t state;
  uint64_t next() {
    uint64_t x = state += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((next() >> 32) * n >> 32); }
  template <size_t N>
  const char* one_of(const char* const (&choices)[N]) { return choices[below(N)]; }
};

void put_varint(std::string& out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) out += static_cast<char>(v | 0x80);
  out += static_cast<char>(v);
}
void put_field(std::string& out, int number, const std::string& bytes) {
  put_varint(out, static_cast<uint64_t>(number << 3 | 2));
  put_varint(out, bytes.size());
  out += bytes;
}

/// Gathers lines into pushes.
class Pushes {
 public:
  Pushes(std::string kind, uint64_t bytes, const char* raw_file) : kind_(std::move(kind)), left_(bytes), raw_(raw_file) {}
  ~Pushes() { send(); }

  /// False once there are enough.
  bool add(const std::string& app, const std::string& line) {
    const uint64_t nanos = count_++ * kGapNanos;
    raw_ << line << '\n';
    std::string time, entry;
    time += '\x08';
    put_varint(time, kStartSeconds + nanos / 1'000'000'000);
    time += '\x10';
    put_varint(time, nanos % 1'000'000'000);
    put_field(entry, 1, time);
    put_field(entry, 2, line);
    put_field(entries_[app], 2, entry);
    held_ += line.size();
    if (held_ >= kBodyBytes) send();
    left_ -= std::min<uint64_t>(left_, line.size() + 1);
    return left_ > 0;
  }

 private:
  void send() {
    std::string body, packed;
    for (auto& [app, entries] : entries_) {
      std::string stream;
      put_field(stream, 1, "{kind=\"" + kind_ + "\", app=\"" + app + "\"}");
      put_field(body, 1, stream + entries);
      entries.clear();
    }
    held_ = 0;
    snappy::Compress(body.data(), body.size(), &packed);
    const auto length = static_cast<uint32_t>(packed.size());
    for (int shift = 0; shift < 32; shift += 8) putchar(static_cast<int>(length >> shift & 0xff));
    fwrite(packed.data(), 1, packed.size(), stdout);
  }

  std::string kind_;
  uint64_t left_, count_ = 0;
  size_t held_ = 0;
  std::ofstream raw_;
  std::map<std::string, std::string> entries_;  // by app
};

void vary(std::string& line, Random& random) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (size_t at = 0; at < line.size(); ++at) {
    const size_t from = at;
    while (at < line.size() && digit(line[at])) ++at;
    for (size_t i = from; at - from > 2 && i < at; ++i) line[i] = static_cast<char>('0' + random.below(10));
  }
}

void loghub(Pushes& pushes, const std::string& folder) {
  std::map<std::string, std::vector<std::string>> systems;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    const size_t end = name.find("_2k.log");
    if (end == std::string::npos) continue;
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) {
      if (line.ends_with('\r')) line.pop_back();
      systems[name.substr(0, end)].push_back(line);
    }
  }
  Random random{1};
  for (;;)
    for (const auto& [system, lines] : systems)
      for (std::string line : lines) {
        vary(line, random);
        if (!pushes.add(system, line)) return;
      }
}

void logfmt(Pushes& pushes) {
  static const char* const kLevels[] = {"info", "info", "info", "warn", "error"};
  static const char* const kComponents[] = {"ingester", "querier", "ruler", "gateway"};
  static const char* const kMessages[] = {"request done", "flush of block finished", "timeout while reading", "cache miss"};
  static const char* const kStatus[] = {"200", "200", "200", "404", "500"};
  Random r{2};
  char line[512];
  for (uint64_t i = 0;; ++i) {
    snprintf(line, sizeof line, "ts=%" PRIu64 " level=%s component=%s msg=\"%s\" trace_id=%016" PRIx64 "%016" PRIx64 " duration=%ums status=%s bytes=%u", kStartSeconds + i / 100, r.one_of(kLevels),
             r.one_of(kComponents), r.one_of(kMessages), r.next(), r.next(), r.below(5000), r.one_of(kStatus), r.below(1 << 20));
    if (!pushes.add("app" + std::to_string(i % 4), line)) return;
  }
}

void access(Pushes& pushes) {
  static const char* const kMethods[] = {"GET", "GET", "POST"};
  static const char* const kPaths[] = {"orders", "users", "carts"};
  static const char* const kStatus[] = {"200", "200", "200", "301", "404", "500"};
  static const char* const kAgents[] = {"Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "okhttp/4.12.0"};
  Random r{3};
  char line[512];
  for (uint64_t i = 0;; ++i) {
    const auto second = static_cast<unsigned>(i / 100 % 86400);
    snprintf(line, sizeof line, "10.%u.%u.%u - - [01/Mar/2026:%02u:%02u:%02u +0000] \"%s /api/%s/%u HTTP/1.1\" %s %u \"-\" \"%s\"", r.below(256), r.below(256), r.below(256), second / 3600, second / 60 % 60,
             second % 60, r.one_of(kMethods), r.one_of(kPaths), r.below(10'000'000), r.one_of(kStatus), r.below(1 << 18), r.one_of(kAgents));
    if (!pushes.add("web" + std::to_string(i % 4), line)) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string kind = argc > 3 ? argv[1] : "";
  if ((kind != "loghub" || argc < 5) && kind != "logfmt" && kind != "access") {
    fprintf(stderr, "usage: textgen loghub|logfmt|access BYTES RAW_FILE [LOGHUB_FOLDER]\n");
    return 2;
  }
  Pushes pushes(kind, strtoull(argv[2], nullptr, 10), argv[3]);
  if (kind == "loghub") loghub(pushes, argv[4]);
  else if (kind == "logfmt") logfmt(pushes);
  else access(pushes);
  return 0;
}
