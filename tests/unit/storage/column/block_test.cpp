// Blocks: lines come back byte for byte, predicates agree with the lines, fields with a parser's view of them, flipped bits are found.
#include <doctest/doctest.h>

#include <random>

#include "storage/part/built_lines.h"
#include "storage/bytes.h"
#include "storage/column/block_filter.h"
#include "storage/column/block_writer.h"
#include "storage/column/field_column.h"
#include "storage/column/json_labels.h"
#include "storage/column/needle.h"
#include "storage/column/zstd_bytes.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

std::string pick(std::mt19937& random, std::initializer_list<const char*> of) { return *(of.begin() + random() % of.size()); }

std::string random_text(std::mt19937& random, size_t most, const char* alphabet) {
  std::string s;
  const size_t letters = std::string_view(alphabet).size();
  for (size_t n = random() % most; n > 0; --n) s += alphabet[random() % letters];
  return s;
}

/// JSON objects that differ in keys, kinds, blanks and escapes, and lines that are no JSON.
std::string random_line(std::mt19937& random) {
  if (random() % 12 == 0) return random_text(random, 12, "ab1 =\"{}\\");
  std::string line = "{";
  const int fields = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < fields; ++i) {
    if (i) line += random() % 4 ? "," : ", ";
    line += "\"" + pick(random, {"a", "b", "a_b", "c d"}) + "\":";
    switch (random() % 8) {
      case 0: line += "\"" + random_text(random, 5, "ab1") + "\""; break;
      case 1: line += std::to_string(random() % 120); break;
      case 2: line += pick(random, {"true", "false", "null"}); break;
      case 3: line += "\"x\\n" + random_text(random, 3, "ab\"") + "\""; break;
      case 4: line += "[\"a\",1]"; break;
      case 5: line += "{\"b\":\"" + random_text(random, 3, "ab") + "\"}"; break;
      case 6: line += std::to_string(random() % 9) + "." + std::to_string(random() % 90); break;
      default: line += "\"\xc3\xa4" + random_text(random, 3, "ab") + "\"";
    }
  }
  return line + "}";
}

TEST_CASE("a needle lies where the shape says, and nowhere else") {
  std::mt19937 random(1);
  std::vector<std::string_view> values;
  size_t found = 0, absent = 0;
  for (int i = 0; i < 5000; ++i) {
    ShapeTable table;
    const std::string line = random_line(random);
    const uint32_t s = table.cut(line, ShapeTable::kRaw, values);
    if (s == ShapeTable::kRaw) continue;
    const Shape& shape = table.shapes()[s];
    std::string back;
    shape.append_line(values, back);
    REQUIRE(back == line);
    for (int q = 0; q < 20; ++q) {
      const std::string needle = random() % 2 ? line.substr(random() % line.size(), 1 + random() % 8) : random_text(random, 5, "ab1\":,t ") + "a";
      const auto alignment = align(shape, needle);
      if (!alignment) continue;
      bool got = alignment->always;
      for (const auto& alternative : alignment->alternatives)
        got |= std::all_of(alternative.begin(), alternative.end(), [&](const auto& t) { return t.test.holds(values[t.slot]); });
      INFO(line, "  ", needle);
      REQUIRE(got == (line.find(needle) != std::string::npos));
      (got ? found : absent)++;
    }
  }
  CHECK(found > 10000);
  CHECK(absent > 10000);
}

TEST_CASE("what is no strict JSON object stays raw") {
  std::vector<std::string_view> values;
  auto f = [&](std::string line, bool cut) {
    ShapeTable table;
    CAPTURE(line);
    CHECK((table.cut(line, ShapeTable::kRaw, values) != ShapeTable::kRaw) == cut);
  };
  f(R"({"a":1})", true);
  f(R"( {"a":1})", false);
  f(R"({})", true);
  f(R"({"a":1} )", true);
  f(R"({"a":1}x)", false);
  f(R"({"a":01})", false);
  f(R"({"a":tru})", false);
  f(R"({"a":1,})", false);
  f(R"({"a" : [1, {"b":null}] , "c":"\"" })", true);
  f(R"({"a\n":1})", false);
  f(R"({"a":"x)", false);
  f("", false);
  f(R"([1])", false);
  f(R"({"a":-})", false);
  f(std::string(40, '{'), false);
}

struct TestBlock {
  std::vector<std::string> lines;
  Stream streams[2] = {{0, LabelSet{{"app", "x"}}}, {1, LabelSet{{"app", "y"}, {"a", "stream"}}}};
  const Stream* pointers[2] = {&streams[0], &streams[1]};
  std::vector<std::string> sets;
  WrittenBlock written;
  std::vector<size_t> order;  ///< line of each row

  explicit TestBlock(std::vector<std::string> of) : lines(std::move(of)) {
    for (const LabelSet& set : {LabelSet(), LabelSet{{"b", "meta"}}}) put_labels(sets.emplace_back(), set);
    std::vector<BlockRow> rows;
    for (size_t i = 0; i < lines.size(); ++i) rows.push_back({static_cast<uint32_t>(i % 2), static_cast<uint32_t>(i % 3 == 0), static_cast<Nanos>(i * 37 % 50) - 10, i + 100, lines[i]});
    std::vector<std::string_view> views(sets.begin(), sets.end());
    written = write_block(rows, views);
    std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return std::tie(a.stream, a.timestamp, a.arrival) < std::tie(b.stream, b.timestamp, b.arrival); });
    for (const BlockRow& r : rows) order.push_back(r.arrival - 100);
  }
  BlockReader reader() const {
    auto meta = decode_meta(encode_meta(written.meta));
    REQUIRE(meta.ok());
    return BlockReader(std::make_shared<const BlockMeta>(std::move(*meta)), [bytes = &written.bytes](const Chunk& c) -> Result<std::string> {
      std::string chunk = bytes->substr(c.offset, c.length);
      if (checksum(chunk) != c.checksum) return Error{ErrorKind::kCorrupt, "checksum"};
      return chunk.append(8, '\0');
    });
  }
  const std::string& line(uint32_t row) const { return lines[order[row]]; }
};

std::vector<RowRange> all_rows(const BlockReader& reader) { return {{0, reader.rows()}}; }

std::vector<std::string> random_lines(uint32_t seed, size_t n) {
  std::mt19937 random(seed);
  std::vector<std::string> lines;
  for (size_t i = 0; i < n; ++i) lines.push_back(random_line(random));
  return lines;
}

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

TEST_CASE("substrings are decided exactly, on any block") {
  for (uint32_t seed = 0; seed < 15; ++seed) {
    const TestBlock block(random_lines(seed, 400));
    std::mt19937 random(seed);
    for (int q = 0; q < 60; ++q) {
      const std::string& from = block.lines[random() % block.lines.size()];
      const Predicate p{.kind = Predicate::Kind::kLineContains, .text = random() % 3 && !from.empty() ? from.substr(random() % from.size(), 1 + random() % 9) : random_text(random, 6, "ab1\":,x")};
      BlockReader reader = block.reader();
      auto verdicts = BlockFilter(reader, block.pointers, all_rows(reader), seed % 2 ? &block.written.summary.vocabulary : nullptr).verdicts(PreparedPredicate(p));
      REQUIRE(verdicts.ok());
      for (uint32_t row = 0; row < reader.rows(); ++row) {
        INFO(block.line(row), "  ", p.text);
        REQUIRE((*verdicts)[row] == verdict_of(block.line(row).find(p.text) != std::string::npos));
      }
    }
  }
}

TEST_CASE("fields of labels, metadata and JSON") {
  const std::vector<std::string> lines = {R"({"a":"stream","n":5,"t":"x\ty"})", R"({"a":{"b":"deep"},"a_b":"flat","n":7.50})", R"({"a":null,"a":"late","n":"text"})", "not json",
                                          R"({"a":[1],"b":true})",              R"({"a":""})"};
  TestBlock block(lines);
  using C = Predicate::Compare;
  auto f = [&](Predicate::Kind kind, std::string field, C compare, std::string text, double number, std::vector<int> want) {
    BlockReader reader = block.reader();
    const Predicate p{.kind = kind, .text = text, .field = field, .number = number, .compare = compare};
    auto got = BlockFilter(reader, block.pointers, all_rows(reader)).verdicts(PreparedPredicate(p));
    REQUIRE(got.ok());
    std::vector<int> by_line(lines.size());
    for (uint32_t row = 0; row < reader.rows(); ++row) by_line[block.order[row]] = (*got)[row];
    INFO(to_string(p));
    CHECK(by_line == want);
  };
  const auto field = Predicate::Kind::kField, metadata = Predicate::Kind::kMetadata;
  // Odd lines are of a stream with a label `a`, lines 0 and 3 have metadata `b`.
  f(field, "a", C::kEqual, "stream", 0, {2, 2, 0, 2, 0, 2});
  f(field, "a", C::kEqual, "late", 0, {0, 0, 2, 1, 0, 0});
  f(field, "a", C::kNotEqual, "late", 0, {2, 2, 0, 2, 0, 2});
  f(field, "a_b", C::kEqual, "deep", 0, {0, 2, 0, 1, 0, 0});
  f(field, "a_b", C::kEqual, "flat", 0, {0, 0, 0, 1, 0, 0});
  f(field, "t", C::kEqual, "x\ty", 0, {1, 0, 0, 1, 0, 0});
  f(field, "n", C::kGreater, "", 6, {0, 2, 2, 1, 0, 0});
  f(field, "n", C::kRegex, "^[57]", 0, {2, 2, 0, 1, 0, 0});
  f(field, "b", C::kEqual, "true", 0, {0, 0, 0, 1, 2, 0});
  f(metadata, "b", C::kEqual, "meta", 0, {2, 0, 0, 2, 0, 0});
  f(metadata, "a", C::kNotEqual, "stream", 0, {0, 0, 0, 0, 0, 0});
  f(metadata, "app", C::kRegex, "^x$", 0, {2, 0, 2, 0, 2, 0});

  auto column = [&](std::string name, bool number, std::string want) {
    BlockReader reader = block.reader();
    PickedRows rows;
    rows.add(0, {0, reader.rows()}, true);
    auto got = field_column(reader, rows, {WantedField::From::kJson, name, number});
    REQUIRE(got.ok());
    std::vector<std::string> by_line(lines.size());
    for (uint32_t row = 0; row < reader.rows(); ++row) {
      const uint32_t code = (*got)->codes.empty() ? 0 : (*got)->codes[row];
      by_line[block.order[row]] = code == Column::kAbsent ? "-" : code == Column::kUndecided ? "?" : number ? std::to_string((*got)->numbers[row]) : std::string((*got)->dictionary[code]);
    }
    std::string text;
    for (const auto& s : by_line) text += s + "|";
    CHECK(text == want);
  };
  column("a", false, "stream|-|late|?|-||");
  column("a_b", false, "-|deep|-|?|-|-|");
  column("n", false, "5|7.50|text|?|-|-|");
  column("n", true, "5.000000|7.500000|?|?|-|-|");
  column("t", false, "?|-|-|?|-|-|");
}

TEST_CASE("fields of logfmt") {
  std::vector<std::string> lines;
  for (int i = 0; i < 40; ++i) {
    lines.push_back("level=info n=" + std::to_string(i % 10) + " msg=\"all well\" o=" + (i % 4 ? "x" : ""));
    lines.push_back("level=warn n=1" + std::to_string(i) + " msg=\"caf\xc3\xa9\" o=y");
    lines.push_back("level=error msg=\"a \\\"b\\\"\" level=twice");
  }
  lines.push_back("no pairs at all, n=3");
  lines.push_back(R"({"level":"json"})");
  TestBlock block(lines);
  using C = Predicate::Compare;
  auto f = [&](std::string name, C compare, std::string text, double number, std::array<int, 3> want) {
    BlockReader reader = block.reader();
    const Predicate p{.kind = Predicate::Kind::kField, .text = text, .field = name, .number = number, .compare = compare, .parser = Predicate::Parser::kLogfmt};
    auto got = BlockFilter(reader, block.pointers, all_rows(reader)).verdicts(PreparedPredicate(p));
    REQUIRE(got.ok());
    for (uint32_t row = 0; row < reader.rows(); ++row) {
      const size_t i = block.order[row];
      INFO(name, " ", text, ": ", lines[i]);
      CHECK((*got)[row] == (i < 120 ? want[i % 3] : 1));
    }
  };
  f("level", C::kEqual, "info", 0, {2, 0, 1});  // where a key comes twice the first that is not empty counts
  f("level", C::kRegex, "^w", 0, {0, 2, 1});
  f("n", C::kGreaterEqual, "", 10, {0, 2, 0});
  f("msg", C::kEqual, "all well", 0, {2, 1, 1});
  f("o", C::kNotEqual, "x", 0, {0, 2, 0});  // empty is none
  f("nowhere", C::kNotEqual, "x", 0, {0, 0, 0});

  auto column = [&](std::string name, bool number, auto want) {
    BlockReader reader = block.reader();
    PickedRows rows;
    rows.add(0, {0, reader.rows()}, true);
    auto got = field_column(reader, rows, {WantedField::From::kLogfmt, name, number});
    REQUIRE(got.ok());
    for (uint32_t row = 0; row < reader.rows(); ++row) {
      const size_t i = block.order[row];
      const uint32_t code = (*got)->codes.empty() ? 0 : (*got)->codes[row];
      const std::string value = code == Column::kAbsent ? "-" : code == Column::kUndecided ? "?" : number ? std::to_string(static_cast<int>((*got)->numbers[row])) : std::string((*got)->dictionary[code]);
      INFO(name, ": ", lines[i]);
      CHECK(value == (i < 120 ? want(static_cast<int>(i % 3), static_cast<int>(i / 3)) : "?"));
    }
  };
  using S = std::string;
  column("level", false, [](int kind, int) { return kind == 0 ? S("info") : kind == 1 ? S("warn") : S("?"); });
  column("n", true, [](int kind, int i) { return kind == 0 ? std::to_string(i % 10) : kind == 1 ? "1" + std::to_string(i) : S("-"); });
  column("msg", false, [](int kind, int) { return kind == 0 ? S("all well") : kind == 1 ? S("caf\xc3\xa9") : S("?"); });
  column("o", false, [](int kind, int i) { return kind == 0 ? (i % 4 ? S("x") : S("-")) : kind == 1 ? S("y") : S("-"); });
}

/// What the capture takes, by a walk over the line; "-" where it takes nothing.
std::string captured(std::string_view line, const LinePattern& pattern, std::string_view name) {
  for (size_t n = 0; n < pattern.size(); ++n) {
    if (!pattern[n].capture) {
      if (!line.starts_with(pattern[n].text)) return "-";
      line.remove_prefix(pattern[n].text.size());
      continue;
    }
    const size_t end = n + 1 < pattern.size() ? line.find(pattern[n + 1].text) : std::string_view::npos;
    if (pattern[n].text == name) return std::string(line.substr(0, end));
    if (end == std::string_view::npos) return "-";
    line.remove_prefix(end + pattern[++n].text.size());
  }
  return "-";
}

TEST_CASE("captures of a pattern") {
  std::vector<std::string> lines;
  for (int i = 0; i < 300; ++i) {
    const std::string n = std::to_string(i), ip = "10.0." + std::to_string(i % 7) + "." + n;
    lines.push_back(ip + " - - [01/Mar/2026:11:53:" + std::to_string(10 + i % 50) + " +0000] \"GET /api/" + n + "?a=" + n + " HTTP/1.1\" " + std::to_string(200 + i % 3) + " " + std::to_string(i * 17) + " \"-\"");
    lines.push_back("worker[" + n + "]: took " + n + "ms, [" + (i % 2 ? "x" : "") + n + "] done");
    lines.push_back(R"({"level":"info","ms":)" + n + R"(,"path":"/a b/)" + n + "\"}");
    lines.push_back("level=info n=" + n + " msg=\"took " + n + " ms\"");
  }
  lines.push_back("no template");
  TestBlock block(lines);
  // How many kinds of lines are decided.
  auto f = [&](LinePattern pattern, std::string name, std::array<bool, 4> decided) {
    BlockReader reader = block.reader();
    PickedRows rows;
    rows.add(0, {0, reader.rows()}, true);
    auto got = field_column(reader, rows, {WantedField::From::kPattern, name, false, std::make_shared<const LinePattern>(pattern)});
    REQUIRE(got.ok());
    for (uint32_t row = 0; row < reader.rows(); ++row) {
      const size_t i = block.order[row];
      const uint32_t code = (*got)->codes[row];
      INFO(name, ": ", lines[i]);
      CHECK((code != Column::kUndecided) == (i < 1200 && decided[i % 4]));
      if (code != Column::kUndecided) CHECK((code == Column::kAbsent ? "-" : std::string((*got)->dictionary[code])) == captured(lines[i], pattern, name));
    }
  };
  const auto capture = [](std::string name) { return PatternNode{true, name}; };
  const auto text = [](std::string literal) { return PatternNode{false, literal}; };
  const LinePattern access = {capture("ip"), text(" - - ["), capture("_"), text("] \""), capture("method"), text(" "), capture("path"), text(" "), capture("_"), text("\" "), capture("status"), text(" "), capture("rest")};
  f(access, "ip", {true, true, true, true});
  f(access, "method", {true, true, true, true});
  f(access, "path", {true, true, true, true});
  f(access, "status", {true, true, true, true});
  f(access, "rest", {true, true, true, true});
  f(access, "none", {true, true, true, true});
  f({capture("all")}, "all", {true, true, true, true});
  f({text("worker["), capture("n"), text("]: "), capture("rest")}, "n", {true, true, true, true});
  f({text("worker["), capture("n"), text("]: "), capture("rest")}, "rest", {true, true, true, true});
  f({text("10.0."), capture("n"), text(" ")}, "n", {true, true, true, true});
  f({text("10.0.1"), capture("n"), text(" ")}, "n", {false, true, true, true});
  f({capture("a"), text("["), capture("n")}, "n", {false, false, true, true});
  f({capture("a"), text(", ["), capture("n"), text("] ")}, "n", {true, true, true, true});
  f({capture("a"), text(", [x"), capture("n"), text("] ")}, "a", {true, false, true, true});
  f({capture("a"), text("\"ms\":"), capture("n"), text(",")}, "n", {true, true, true, true});
  f({capture("a"), text("took "), capture("n")}, "n", {true, true, true, false});
}

TEST_CASE("required literals of regular expressions") {
  auto f = [&](std::string pattern, std::string want) { CHECK(to_string(required_literals(pattern)) == want); };
  f("error", R"((line contains "error"))");
  f("timeout after [0-9]+ ms", R"((line contains "timeout after " and line contains " ms"))");
  f("errors?x+", R"((line contains "error"))");
  f("abc|def", R"(((line contains "abc") or (line contains "def")))");
  f("abc|d", "true");
  f("(?i)error", "true");
  f("a(bcd|efg)hij", R"((line contains "hij"))");
  f("abc(?i:def)", "true");
  f(R"(foo\.bar\d+baz)", R"((line contains "foo.bar" and line contains "baz"))");
  f(R"(a{b|c}def)", "true");
  f("abcd{2}efg", R"((line contains "abc" and line contains "efg"))");
  f("ab\xc3\xa4?c", "true");
  f("[[:alpha:]|]xyz", R"((line contains "xyz"))");
  f(R"(\Qa|b\E)", "true");
}

TEST_CASE("regular expressions whose matches hold no quote and stand alone") {
  auto f = [&](std::string pattern, bool want) { CHECK_MESSAGE(matches_within_quotes(pattern) == want, pattern); };
  f("timeout after [0-9]{4} ms", true);
  f(R"(a\.b|c(?:d+)?)", true);
  f(R"(\d+\w*\s)", true);
  f("[a-zA-Z_]+", true);
  f("a.b", false);
  f("^a", false);
  f("a$", false);
  f("\"a", false);
  f("[^a]", false);
  f("[!-~]", false);
  f(R"(\Sa)", false);
  f(R"(\x22)", false);
  f(R"(a\b)", false);
  f("(?i)a", false);
  f("(?s:a)", false);
  f("[[:punct:]]", false);
}

TEST_CASE("regular expressions are decided on values where they can only match there") {
  const std::vector<std::string> lines = {R"({"e":"timeout after 1234 ms","n":1})", R"({"e":"timeout after 12 ms","n":2})", R"({"e":"x","timeout after 1234 ms":1})", "timeout after 1234 ms",
                                          R"({"e":"a \"timeout after 99999 ms\"","n":3})", R"({"e":"fine","n":4})"};
  TestBlock block(lines);
  auto f = [&](std::string pattern, std::vector<int> want) {
    BlockReader reader = block.reader();
    const Predicate p{.kind = Predicate::Kind::kLineRegex, .text = pattern};
    auto got = BlockFilter(reader, block.pointers, all_rows(reader)).verdicts(PreparedPredicate(p));
    REQUIRE(got.ok());
    std::vector<int> by_line(lines.size());
    for (uint32_t row = 0; row < reader.rows(); ++row) by_line[block.order[row]] = (*got)[row];
    CHECK_MESSAGE(by_line == want, pattern);
  };
  f("fine", {0, 0, 0, 0, 0, 2});
  f("fin[e-z]", {0, 0, 0, 0, 0, 2});
  f("fine.*4", {0, 0, 0, 0, 0, 1});
  f("nowhere [0-9]", {0, 0, 0, 0, 0, 0});
  f("after [0-9]{4} ms", {1, 1, 1, 1, 1, 0});  // it may stand in a key
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
