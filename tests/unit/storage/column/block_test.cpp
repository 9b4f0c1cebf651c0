// Blocks: predicates agree with the lines, fields with a parser's view of them.
#include <doctest/doctest.h>

#include "storage/column/block_filter.h"
#include "storage/column/field_column.h"
#include "unit/storage/column/fixture.h"

namespace sleipnir::storage {
namespace {

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

  auto wanted_column = [&](const WantedField& wanted, std::string want) {
    BlockReader reader = block.reader();
    PickedRows rows;
    rows.add(0, {0, reader.rows()}, true);
    auto got = field_column(reader, rows, wanted);
    REQUIRE(got.ok());
    std::vector<std::string> by_line(lines.size());
    for (uint32_t row = 0; row < reader.rows(); ++row) {
      const uint32_t code = (*got)->codes.empty() ? 0 : (*got)->codes[row];
      by_line[block.order[row]] = code == Column::kAbsent ? "-" : code == Column::kUndecided ? "?" : wanted.number ? std::to_string((*got)->numbers[row]) : std::string((*got)->dictionary[code]);
    }
    std::string text;
    for (const auto& s : by_line) text += s + "|";
    CHECK(text == want);
  };
  auto column = [&](std::string name, bool number, std::string want) { wanted_column({WantedField::From::kJson, name, number}, want); };
  column("a", false, "stream|-|late|?|-||");
  column("a_b", false, "-|deep|-|?|-|-|");
  column("n", false, "5|7.50|text|?|-|-|");
  column("n", true, "5.000000|7.500000|?|?|-|-|");
  column("t", false, "?|-|-|?|-|-|");
  auto path = [&](std::vector<std::string> keys, bool number, std::string want) { wanted_column({WantedField::From::kJsonPath, "x", number, {}, keys}, want); };
  path({"a"}, false, "stream|?|-|?|[1]||");
  path({"a", "b"}, false, "-|deep|-|?|-|-|");
  path({"b"}, false, "-|-|-|?|true|-|");
  path({"a_b"}, false, "-|flat|-|?|-|-|");
  path({"n"}, true, "5.000000|7.500000|?|?|-|-|");
  path({"t"}, false, "?|-|-|?|-|-|");
  path({}, false, "-|-|-|?|-|-|");
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

}  // namespace
}  // namespace sleipnir::storage
