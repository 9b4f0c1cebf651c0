// Blocks: lines and times come back, flipped bits and wrong counts are found.
#include <doctest/doctest.h>

#include "storage/column/zstd_bytes.h"
#include "storage/part/built_lines.h"
#include "unit/storage/column/fixture.h"

namespace sleipnir::storage {
namespace {

TEST_CASE("a block gives back every row") {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const TestBlock block(random_lines(seed, 1 + seed * 60));
    BlockReader reader = block.reader();
    const uint32_t n = static_cast<uint32_t>(block.lines.size());
    REQUIRE(reader.rows() == n);
    std::vector<Nanos> times(n);
    (*reader.times())->unpack(0, times);
    auto arrivals = *reader.arrivals();
    const RowCodes& sets = **reader.set_codes();
    const RowCodes& lengths = **reader.line_lengths();
    for (uint32_t row = 0; row < n; ++row) {
      const size_t i = block.order[row];
      REQUIRE(reader.prepare_lines((**reader.shape_codes())[row]).ok());
      std::string line;
      reader.append_line(row, line);
      REQUIRE(line == block.lines[i]);
      CHECK(lengths[row] == line.size());
      CHECK(arrivals[row] == i + 100);
      CHECK(times[row] == static_cast<Nanos>(i * 37 % 50) - 10);
      CHECK(reader.meta().sets[sets[row]] == block.sets[i % 3 == 0]);
    }
  }
}

TEST_CASE("the first row of a stream after a time is found without reading all") {
  const TestBlock block(random_lines(1, 3000));
  BlockReader reader = block.reader();
  const RowTimes& times = **reader.times();
  std::vector<Nanos> all(reader.rows());
  times.unpack(0, all);
  std::mt19937 random(1);
  const auto f = [&](uint32_t begin, uint32_t end, Nanos time) {
    const auto want = static_cast<uint32_t>(std::upper_bound(all.begin() + begin, all.begin() + end, time) - all.begin());
    CAPTURE(begin);
    CAPTURE(end);
    CAPTURE(time);
    CHECK(times.first_after({begin, end}, time) == want);
    if (want < end) CHECK(times[want] == all[want]);
  };
  for (const uint32_t begin : {0u, 1500u})
    for (int i = 0; i < 2000; ++i) {
      const uint32_t from = begin + random() % 1500, to = from + random() % (begin + 1501 - from);
      f(from, to, static_cast<Nanos>(random() % 54) - 12);
    }
}

TEST_CASE("times come back, whatever their grain") {
  auto f = [](std::vector<Nanos> times, size_t most_bytes) {
    std::vector<BlockRow> rows;
    for (size_t i = 0; i < times.size(); ++i) rows.push_back({0, 0, times[i], i, "x"});
    const WrittenBlock written = write_block(rows, std::vector<std::string_view>{kNoLabels});
    BlockReader reader(std::make_shared<const BlockMeta>(written.meta), [&](const Chunk& c) -> Result<std::string> { return written.bytes.substr(c.offset, c.length).append(8, '\0'); });
    std::sort(times.begin(), times.end());
    std::vector<Nanos> got(times.size());
    REQUIRE(reader.times().ok());
    (*reader.times())->unpack(0, got);
    CHECK(got == times);
    std::vector<Nanos> some(times.size() / 2);
    (*reader.times())->unpack(times.size() / 3, some);
    CHECK(std::equal(some.begin(), some.end(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 3)));
    CHECK(written.meta.times.length <= most_bytes);
  };
  auto every = [](Nanos from, Nanos step, size_t count) {
    std::vector<Nanos> times;
    for (size_t i = 0; i < count; ++i) times.push_back(from + static_cast<Nanos>(i * i % 7 + i * 8) * step);
    return times;
  };
  f({5}, 20);
  f({INT64_MIN, INT64_MAX}, 40);
  f({INT64_MIN, -1, 0, 1, INT64_MAX}, 70);
  f(every(0, 1, 1000), 1000);
  f(every(1795268520123456789, kMicrosecond, 1000), 1000);
  f(every(-1795268520123456789, kMillisecond, 1000), 1000);
  f(every(-1795268520123456789, kMillisecond + 1, 1000), 4000);
  std::vector<Nanos> mixed = every(0, kMillisecond, 500);  // a run each of milliseconds, microseconds, all alike, nanoseconds
  for (const Nanos step : {kMicrosecond, Nanos{0}, Nanos{1}})
    for (const Nanos t : every(mixed.back(), step, 128)) mixed.push_back(t);
  f(mixed, 1200);
}

TEST_CASE("a flipped bit in a block's directory or chunks is found") {
  const TestBlock block(random_lines(3, 60));
  const std::string meta = encode_meta(block.written.meta);
  for (size_t i = 0; i < meta.size(); ++i) {
    std::string bytes = meta;
    bytes[i] ^= 1 << i % 8;
    (void)decode_meta(bytes);  // its checksum is the part's; here it must only do no harm
  }
  for (const Chunk& c : block.written.meta.chunks())
    if (c.length) CHECK(checksum(std::string_view(block.written.bytes).substr(c.offset, c.length)) == c.checksum);
}

TEST_CASE("lengths that no block has are damage, and wrong ones do no harm") {
  const std::vector<std::string> lines = random_lines(5, 200);
  auto f = [&](size_t rows, uint32_t length, bool want) {
    TestBlock block({lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(rows)});
    std::string chunk, packed;
    pack_bits(packed, std::vector<uint32_t>(rows, length), 32);
    put_varint(chunk, 0);
    chunk += static_cast<char>(32);
    put_compressed(chunk, packed);
    block.written.meta.lengths = {block.written.bytes.size(), chunk.size(), checksum(chunk)};
    block.written.bytes += chunk;
    BlockReader reader = block.reader();
    CAPTURE(length);
    CHECK(reader.line_lengths().ok() == want);
    CHECK(reader.line_lengths().ok() == want);
    BuiltLines built;
    std::vector<std::string_view> views;
    for (uint32_t row = 0; row < rows; ++row) {
      REQUIRE(reader.prepare_lines((**reader.shape_codes())[row]).ok());
      views.push_back(built.line(reader, row, row, rows));
    }
    for (uint32_t row = 0; row < rows; ++row) CHECK(views[row] == block.line(row));
  };
  f(200, 0, true);
  f(200, (48 << 20) / 200, true);
  f(200, (48 << 20) / 200 + 1, false);
  f(200, UINT32_MAX, false);
  f(1, 48 << 20, true);
  f(1, (48 << 20) + 1, true);
  f(1, UINT32_MAX, false);
}

TEST_CASE("a field of which fewer rows tell than it has values fails each time it is asked for") {
  TestBlock block({R"({"a":"x"})", R"({"b":1})", R"({"a":"x","b":2})", R"({"b":3})"});
  const auto f = std::find_if(block.written.meta.fields.begin(), block.written.meta.fields.end(), [](const FieldChunk& c) { return c.field.path.front() == "a"; });
  REQUIRE(f->encoding == Encoding::kConstant);  // which holds any number of values
  f->values = 3;
  BlockReader reader = block.reader();
  const auto field = static_cast<uint32_t>(f - block.written.meta.fields.begin());
  CHECK(reader.values(field).ok());
  for (int i = 0; i < 2; ++i) {
    const auto view = reader.field(field);
    REQUIRE(!view.ok());
    CHECK(view.error().kind == ErrorKind::kCorrupt);
  }
}

TEST_CASE("summaries rule out only what is not there") {
  for (uint32_t seed = 0; seed < 10; ++seed) {
    const auto lines = random_lines(seed, 200);
    const TestBlock block(lines);
    std::mt19937 random(seed);
    for (int q = 0; q < 300; ++q) {
      const std::string& from = lines[random() % lines.size()];
      if (!from.empty()) CHECK(block.written.summary.windows.may_hold(std::string_view(from).substr(random() % from.size(), 1 + random() % 12)));
    }
    CHECK(!block.written.summary.windows.may_hold("qqqq"));
  }
}

}  // namespace
}  // namespace sleipnir::storage
