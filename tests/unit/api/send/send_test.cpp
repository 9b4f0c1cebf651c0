// `sleipnir push`: what is sent, and what is shown.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "api/ingest/body.h"
#include "api/ingest/proto.h"
#include "api/send/batch.h"
#include "api/send/progress.h"
#include "api/send/source.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("batches are pushes that the server reads") {
  for (const bool gzip : {false, true}) {
    SendBatch batch({{"a", "quote\""}, {"b", "2"}});
    std::string long_line;
    long_line.resize(200'000, 'x');
    batch.add(1'795'268'520'000'000'001, "one");
    batch.add(0, "");
    batch.add(-1, std::string_view("\0\xff", 2));
    batch.add(5 * kSecond, long_line);
    CHECK(batch.lines() == 4);
    std::string body = batch.body(gzip), block, message;
    if (gzip) {
      REQUIRE(gunzip(body, 1 << 30, block).ok());
      CHECK(body.size() < 2000);
    }
    REQUIRE(unsnap(gzip ? block : body, 1 << 30, message).ok());
    const auto streams = decode_push_proto(message);
    REQUIRE(streams.ok());
    REQUIRE(streams->size() == 1);
    CHECK(streams->front().label_text == R"({a="quote\"", b="2"})");
    const auto& entries = streams->front().entries;
    REQUIRE(entries.size() == 4);
    CHECK(entries[0].timestamp == 1'795'268'520'000'000'001);
    CHECK(entries[0].line == "one");
    CHECK(entries[1].timestamp == 0);
    CHECK(entries[2].timestamp == -1);
    CHECK(entries[2].line == std::string("\0\xff", 2));
    CHECK(entries[3].line == long_line);
    batch.clear();
    CHECK(batch.empty());
    CHECK(batch.bytes() == 0);
  }
}

TEST_CASE("lines of a file") {
  const auto f = [](const std::string& text, std::vector<std::string> want) {
    char name[] = "/tmp/sleipnir-lines-XXXXXX";
    ::close(mkstemp(name));
    std::ofstream(name) << text;
    auto source = SendSource::open(name, false);
    std::filesystem::remove(name);
    REQUIRE(source.ok());
    CHECK(source->size() == text.size());
    std::vector<std::string> got;
    for (std::string_view line; source->next(line) == SendSource::Read::kLine;) got.emplace_back(line);
    CHECK(got == want);
  };
  f("", {});
  f("a", {"a"});
  f("a\n", {"a"});
  f("\n\na\r\n", {"", "", "a\r"});
  std::string block, longest;
  block.resize(256 << 10, 'x');
  longest.resize(SendSource::kLongestLine, 'y');
  f(block + "\n" + block + "z\nq", {block, block + "z", "q"});
  f(longest + "\nnext\n", {longest, "next"});
  f(longest + "tail\nnext\n", {longest, "tail", "next"});
  CHECK(SendSource::open("/nosuch/file", false).error().message == "/nosuch/file: No such file or directory");
  CHECK(SendSource::open("/tmp", false).error().message == "/tmp: Is a directory");
}

TEST_CASE("progress") {
  const auto f = [](uint64_t bytes, uint64_t lines, uint64_t total, double seconds, std::string_view want) { CHECK(SendProgress::text(bytes, lines, total, seconds) == want); };
  f(0, 0, 0, 0, "0B, 0 lines, 0B/s");
  f(1'000'000, 10, 0, 2, "1.0MB, 10 lines, 500kB/s");
  f(25'000'000, 10, 100'000'000, 5, "[#####               ]  25 %  25MB, 10 lines, 5.0MB/s, 0:15 left");
  f(100, 1, 100, 1, "[####################] 100 %  100B, 1 lines, 100B/s");
  f(1, 1, 1'000'000, 1, "[                    ]   0 %  1B, 1 lines, 1B/s, 16666:39 left");
}
