// Vocabularies never deny text that a line holds, and deny what numbers and texts rule out.
#include <doctest/doctest.h>

#include <random>

#include "storage/bytes.h"
#include "storage/column/block_format.h"
#include "storage/column/block_writer.h"
#include "storage/column/vocabulary.h"
#include "storage/column/zstd_bytes.h"

namespace sleipnir::storage {
namespace {

Vocabulary of_lines(const std::vector<std::string>& lines) {
  std::vector<BlockRow> rows;
  for (size_t i = 0; i < lines.size(); ++i) rows.push_back({0, 0, static_cast<Nanos>(i) * kSecond, i, lines[i]});
  return write_block(std::move(rows), std::vector<std::string_view>{kNoLabels}).summary.vocabulary;
}

std::string stored_again(const Vocabulary& v) { return Vocabulary::decode(v.encode())->encode(); }

std::vector<std::string> shop_lines(uint32_t seed, size_t count) {
  std::mt19937 random(seed);
  std::vector<std::string> lines;
  for (size_t i = 0; i < count; ++i) {
    const auto n = [&](uint32_t most) { return std::to_string(random() % most); };
    switch (random() % 4) {
      case 0: lines.push_back(R"({"path":"/orders/)" + n(500) + R"(/items/)" + n(9) + R"(","ms":)" + n(4000) + "." + n(9) + "}"); break;
      case 1: lines.push_back(R"({"error":"deadlock on row )" + std::to_string(100 + random() % 900) + R"(","status":500})"); break;
      case 2: lines.push_back(R"({"id":")" + std::string(8, "0123456789abcdef"[random() % 16]) + R"(c0ffee00","note":"say \"hi\" )" + n(5) + "\"}"); break;
      default: lines.push_back("plain text number " + n(100));
    }
  }
  return lines;
}

bool holds(const Vocabulary& v, std::string_view text) {
  AlignedNeedle needle(text);
  return v.may_hold(needle);
}

}  // namespace

TEST_CASE("numbers of a range") {
  using Op = TextTest::Op;
  const auto f = [](Op op, std::string text, NumberRange range, bool want) {
    CAPTURE(text);
    CHECK(range.may_hold({op, text}) == want);
  };
  f(Op::kEquals, "150", {100, 200}, true);
  f(Op::kEquals, "99", {100, 200}, false);
  f(Op::kEquals, "0150", {100, 200}, false);
  f(Op::kEquals, "", {100, 200}, false);
  f(Op::kStartsWith, "", {100, 200}, true);
  f(Op::kStartsWith, "1", {100, 200}, true);
  f(Op::kStartsWith, "3", {100, 200}, false);
  f(Op::kStartsWith, "99999", {1, 9999}, false);
  f(Op::kStartsWith, "9", {1000, 9999}, true);
  f(Op::kStartsWith, "0", {0, 5}, true);
  f(Op::kStartsWith, "0", {1, 500}, false);
  f(Op::kEndsWith, "7", {10, 16}, false);
  f(Op::kEndsWith, "7", {10, 17}, true);
  f(Op::kEndsWith, "05", {10, 99}, false);
  f(Op::kEndsWith, "05", {10, 105}, true);
  f(Op::kContains, "1234", {0, 999}, false);
  f(Op::kContains, "a", {0, 999}, false);
  f(Op::kContains, "99", {0, 999}, true);
}

TEST_CASE("numbers of a range: all short texts over small ranges") {
  for (uint64_t low = 0; low < 130; low += 9)
    for (uint64_t high = low; high < 260; high += 11)
      for (int t = 0; t < 1110; ++t) {
        const std::string text = t < 1000 ? std::to_string(t) : t < 1010 ? "0" + std::to_string(t - 1000) : std::to_string(t - 1010);
        for (const auto op : {TextTest::Op::kEquals, TextTest::Op::kStartsWith, TextTest::Op::kEndsWith, TextTest::Op::kContains}) {
          const TextTest test{op, text};
          bool holds = false;
          for (uint64_t n = low; n <= high && !holds; ++n) holds = test.holds(std::to_string(n));
          if (holds) CHECK(NumberRange{low, high}.may_hold(test));
          if (!holds && (op == TextTest::Op::kEquals || op == TextTest::Op::kStartsWith)) CHECK_FALSE(NumberRange{low, high}.may_hold(test));
        }
      }
}

TEST_CASE("text is denied only where no line has it") {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    Vocabulary all;
    std::vector<std::string> lines;
    for (uint32_t part = 0; part < 3; ++part) {
      const auto more = shop_lines(seed * 3 + part, 300);
      lines.insert(lines.end(), more.begin(), more.end());
      all.absorb(of_lines(more));
    }
    CHECK(stored_again(all) == all.encode());
    const auto stored = Vocabulary::decode(all.encode());
    std::mt19937 random(seed);
    for (int i = 0; i < 3000; ++i) {
      const std::string& line = lines[random() % lines.size()];
      const size_t from = random() % line.size();
      const std::string needle = line.substr(from, 1 + random() % 30);
      CAPTURE(needle);
      CHECK(holds(*stored, needle));
    }
  }
}

TEST_CASE("what a vocabulary denies") {
  const Vocabulary v = of_lines(shop_lines(1, 2000));
  const auto f = [&](std::string text, bool want) {
    CAPTURE(text);
    CHECK(holds(v, text) == want);
  };
  f("deadlock on row 99999", false);
  f("deadlock on row 1", true);
  f("deadlock on row 100000\"", false);
  f("deadlock on table", false);
  f("row 500\",\"status\":500", true);
  f("row 500\",\"status\":404", false);
  f("row 500\",\"status\":50000", false);
  f("/orders/77/items/5", true);
  f("/orders/7777/items", false);
  f("/orders/77/items/12", false);
  f("ffc0ffee00", true);
  f("xxc0ffee00", false);
  f("plain text number 5", true);
  f("plain text number 500", false);
}

TEST_CASE("a needle goes from vocabulary to vocabulary") {
  std::vector<Vocabulary> parts;
  for (uint32_t seed = 1; seed < 20; ++seed) parts.push_back(of_lines(shop_lines(seed, seed % 3 ? 2 : 200)));
  size_t differ = 0;
  for (const std::string text : {"row 500\",\"status\":500", "/orders/77/", "c0ffee00", "number 5", "deadlock on row 99999"}) {
    AlignedNeedle needle(text);
    for (const Vocabulary& v : parts) {
      CHECK(v.may_hold(needle) == holds(v, text));
      differ += v.may_hold(needle) != parts[0].may_hold(needle);
    }
  }
  CHECK(differ > 0);
}

TEST_CASE("what a vocabulary denies of one field") {
  const Vocabulary v = of_lines(shop_lines(1, 2000));
  const auto f = [&](std::string key, std::string text, bool want) {
    CAPTURE(key);
    CAPTURE(text);
    CHECK(v.may_hold(Field{LineFormat::kJson, {key}, 0}, {TextTest::Op::kContains, text}) == want);
  };
  f("path", "orders", true);
  f("path", "deadlock", false);
  f("error", "deadlock", true);
  f("error", "deadlock on row 99999", false);
  f("id", "c0ffee", true);
  f("id", "orders", false);
  f("status", "500", true);
  f("status", "error", false);
  f("a field of no line", "anything", true);
}

TEST_CASE("what a vocabulary knows of digits in a row") {
  std::vector<std::string> lines;
  const auto two = [](int n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  for (int i = 0; i < 3000; ++i) lines.push_back("{\"clock\":\"" + two(i / 3600 % 24) + ":" + two(i / 60 % 60) + ":" + two(i % 60) + "\",\"ratio\":" + std::to_string(i / 7) + ".5}");
  for (const Vocabulary& v : {of_lines(lines), *Vocabulary::decode(of_lines(lines).encode())}) {
    const auto f = [&](std::string key, std::string text, bool want) {
      CAPTURE(key);
      CAPTURE(text);
      CHECK(v.may_hold(Field{LineFormat::kJson, {key}, 0}, {TextTest::Op::kContains, text}) == want);
    };
    f("clock", "12", true);
    f("clock", "0:59:0", true);
    f("clock", "123", false);
    f("clock", "00:123", false);
    f("ratio", "123", true);
    CHECK_FALSE(holds(v, "123:"));
  }
}

TEST_CASE("a vocabulary of a part of version 4, which knows nothing of digits in a row") {
  const Field clock{LineFormat::kJson, {"clock"}, 0};
  std::string raw, coded;
  put_varint(raw, 1);
  put_field(raw, clock);
  raw += '\0';  // flags
  put_varint(raw, 8);
  put_bytes(raw, "0123456789:");
  put_varint(raw, 0);  // forms
  put_varint(raw, 0);  // shapes
  put_compressed(coded, raw);
  const auto v = Vocabulary::decode(coded);
  REQUIRE(v);
  const auto f = [&](std::string text, bool want) { CHECK(v->may_hold(clock, {TextTest::Op::kContains, text}) == want); };
  f("12345678", true);
  f("123456789", false);
  f("12a", false);
  CHECK(stored_again(*v) == v->encode());
}

TEST_CASE("what grows too long is given up") {
  std::vector<std::string> lines;
  for (int i = 0; i < 3000; ++i) {
    std::string word, any;
    for (int n = i; n; n /= 26) word += static_cast<char>('a' + n % 26);
    for (int n = 0; n < 7; ++n) any += static_cast<char>('#' + (i * 31 + n * 17) % 57) + word;
    lines.push_back("{\"word\":\"" + word + "\",\"any\":\"" + any + "\",\"fixed\":\"yes\"}");
  }
  const Vocabulary v = of_lines(lines);
  CHECK(holds(v, "yz"));  // may be any word of such letters …
  CHECK(holds(v, "any letters ~ whatever"));
  CHECK_FALSE(holds(v, "\"word\":\"yzy\",\"any\":\"#a\",\"fixed\":\"n"));
  CHECK_FALSE(holds(v, "\"word\":\"YZ\","));  // … but has no others
  CHECK_FALSE(holds(v, "\"fixed\":\"no"));
  Vocabulary nothing_known = v;
  nothing_known.give_up();
  CHECK(holds(nothing_known, "\"fixed\":\"no"));
  CHECK(nothing_known.encode().empty());
  Vocabulary both = v;
  both.absorb(nothing_known);
  CHECK(holds(both, "\"fixed\":\"no"));
}

TEST_CASE("damaged vocabularies are found or harmless") {
  const std::string bytes = of_lines(shop_lines(2, 200)).encode();
  for (size_t n = 0; n < bytes.size(); n += 3) CHECK_FALSE(Vocabulary::decode(std::string_view(bytes).substr(0, n)));
}

}  // namespace sleipnir::storage
