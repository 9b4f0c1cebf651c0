// Every encoding gives back what went in, answers tests like the text itself, and refuses damaged bytes or reads them without harm.
#include "storage/column/values.h"

#include <doctest/doctest.h>

#include <ctime>
#include <random>
#include <set>

#include "base/number.h"
#include "storage/bytes.h"
#include "storage/column/bits.h"
#include "storage/column/hex_column.h"
#include "storage/column/number_test.h"

namespace sleipnir::storage {
namespace {

using Texts = std::vector<std::string>;

struct Encoded {
  std::string bytes;
  std::vector<Nanos> timestamps;
  uint32_t size;
  Encoding encoding() const { return static_cast<Encoding>(bytes[0]); }
  Result<std::unique_ptr<Values>> open(const std::string& padded) const { return open_values(std::string_view(padded).substr(0, padded.size() - PackedBits::kPadding), size, timestamps); }
};

std::string pad(std::string bytes) { return bytes.append(PackedBits::kPadding, '\0'); }

Encoded encode(const Texts& texts, std::vector<Nanos> timestamps = {}) {
  std::vector<std::string_view> views(texts.begin(), texts.end());
  Encoded e{{}, std::move(timestamps), static_cast<uint32_t>(texts.size())};
  encode_values({views, e.timestamps}, e.bytes);
  return e;
}

void check(const Texts& texts, const Encoded& encoded) {
  const std::string padded = pad(encoded.bytes);
  auto column = encoded.open(padded);
  REQUIRE(column.ok());
  const Values& values = **column;
  REQUIRE(values.size() == texts.size());
  std::vector<double> numbers(texts.size());
  if (values.numeric()) values.numbers(0, numbers);
  std::vector<uint32_t> codes(texts.size());
  if (values.entries()) values.codes(0, codes);
  for (uint32_t i = 0; i < texts.size(); ++i) {
    std::string text;
    values.append(i, text);
    REQUIRE(text == texts[i]);
    REQUIRE(values.length(i) == text.size());
    if (values.numeric()) REQUIRE(numbers[i] == *parse_go_float(text));
    if (values.entries()) REQUIRE(values.entry(codes[i]) == text);
  }
  if (!values.entries()) {
    std::vector<uint32_t> ranks;
    for (uint32_t i = 0; i < texts.size(); i += i % 100 == 0 ? 4500 : 1 + i % 3) ranks.push_back(i);
    std::vector<uint32_t> places(ranks.size());
    sleipnir::storage::Texts dictionary;
    values.distinct(ranks, places, dictionary);
    for (size_t k = 0; k < ranks.size(); ++k) REQUIRE(dictionary.entries()[places[k]] == texts[ranks[k]]);
    REQUIRE(dictionary.entries().size() == std::set<std::string_view>(dictionary.entries().begin(), dictionary.entries().end()).size());
  }
  if (auto outline = values.outline()) {
    REQUIRE(outline->size() == values.size());
    for (const std::string& text : texts) REQUIRE(outline->may_hold({TextTest::Op::kEquals, text}));
    for (const char* text : {"zz", "7", "-", "abcdef"}) REQUIRE(outline->may_hold({TextTest::Op::kContains, text}) == values.may_hold({TextTest::Op::kContains, text}));
  }
  for (const std::string& from : {texts.front(), texts[texts.size() / 2], texts.back(), std::string("zz"), std::string("")})
    for (const auto op : {TextTest::Op::kContains, TextTest::Op::kStartsWith, TextTest::Op::kEndsWith, TextTest::Op::kEquals})
      for (const std::string& part : {from, from.substr(from.size() / 3, 5), from.substr(0, 3)}) {
        const TextTest test{op, part};
        std::vector<uint8_t> hits(texts.size());
        values.test(test, 0, hits);
        // A piece of them says the same.
        const size_t first = texts.size() / 3;
        std::vector<uint8_t> of_piece((texts.size() - first) / 2);
        values.test(test, static_cast<uint32_t>(first), of_piece);
        REQUIRE(std::equal(of_piece.begin(), of_piece.end(), hits.begin() + static_cast<ptrdiff_t>(first)));
        bool any = false;
        for (size_t i = 0; i < texts.size(); ++i) {
          REQUIRE(static_cast<bool>(hits[i]) == test.holds(texts[i]));
          any |= hits[i];
        }
        if (any) REQUIRE(values.may_hold(test));
      }
}

Texts repeat(size_t n, auto make) {
  Texts out;
  for (size_t i = 0; i < n; ++i) out.push_back(make(i));
  return out;
}

std::string hex(std::mt19937_64& random, size_t digits) {
  std::string s;
  for (size_t i = 0; i < digits; ++i) s += "0123456789abcdef"[random() % 16];
  return s;
}

TEST_CASE("tests of numbers are those of their texts") {
  const std::vector<std::string> texts = {"", "0", "1", "7", "9", "00", "07", "10", "11", "12", "70", "99", "123", "012", "101", "100", "000", "999", "1001", "a", "1a", "-1", std::string(19, '1')};
  const auto f = [&](uint64_t low, uint64_t high, uint64_t step, uint8_t digits = 0) {
    std::vector<uint64_t> numbers;
    for (uint64_t n = low; n <= high; n += step) numbers.push_back(n - low);
    std::string packed;
    pack_bits(packed, std::span<const uint64_t>(numbers), 64);
    packed = pad(packed);
    for (const std::string& text : texts)
      for (const auto op : {TextTest::Op::kContains, TextTest::Op::kStartsWith, TextTest::Op::kEndsWith, TextTest::Op::kEquals}) {
        const TextTest test{op, text};
        const NumberRange range{low, digits ? 2 * high : high, digits};  // what is packed has a range up to a power of two
        std::vector<uint8_t> hits(numbers.size());
        NumberTest(test, range).test(low, PackedBits(packed.data(), 64), 0, hits);
        bool any = false;
        for (size_t i = 0; i < numbers.size(); ++i) {
          std::string number = std::to_string(numbers[i] + low);
          number.insert(0, digits > number.size() ? digits - number.size() : 0, '0');
          CAPTURE(number);
          CAPTURE(text);
          REQUIRE(static_cast<bool>(hits[i]) == test.holds(number));
          REQUIRE(NumberTest(test, range).holds(numbers[i] + low) == test.holds(number));
          any |= hits[i];
        }
        if (any) REQUIRE(range.may_hold(test));
      }
  };
  f(0, 1300, 1);
  f(0, 999, 1, 3);
  f(5, 120, 1, 4);
  f(7, 7, 1);
  f(90, 1210, 7);
  f(100'000'000'000'000'000, 999'999'999'999'999'999, 1'234'567'890'123'457);
}

TEST_CASE("values come back, in the encoding that suits them") {
  std::mt19937_64 random(1);
  auto f = [&](Encoding want, const Texts& texts) {
    const Encoded encoded = encode(texts);
    CHECK(static_cast<int>(encoded.encoding()) == static_cast<int>(want));
    check(texts, encoded);
  };
  f(Encoding::kConstant, repeat(300, [&](size_t) { return "x\0y"; }));
  f(Encoding::kConstant, {""});
  f(Encoding::kDictionary, repeat(300, [&](size_t i) { return std::string(i % 7, 'a'); }));
  f(Encoding::kNumber, repeat(3000, [&](size_t i) { return std::to_string(static_cast<int64_t>(random() % 100000000) - 500 + static_cast<int64_t>(i)); }));
  f(Encoding::kNumber, repeat(3000, [&](size_t) { return std::to_string(random() % 1000) + "." + std::to_string(100 + random() % 900); }));
  f(Encoding::kNumber, repeat(1000, [&](size_t i) { return std::to_string(999999999999999999 - static_cast<int64_t>(i)); }));
  f(Encoding::kHex, repeat(2000, [&](size_t) { return hex(random, 32); }));
  f(Encoding::kHex, repeat(2000, [&](size_t) { return "sf-" + hex(random, 11); }));
  f(Encoding::kHex, repeat(2000, [&](size_t i) { return i % 3 ? hex(random, 16) : ""; }));
  f(Encoding::kHex, repeat(6000, [&](size_t i) { return hex(*std::make_unique<std::mt19937_64>(i / 3), 16); }));
  f(Encoding::kHex, repeat(2000, [&](size_t) { return hex(random, 8) + "-" + hex(random, 4) + "-" + hex(random, 4) + "-" + hex(random, 4) + "-" + hex(random, 12); }));
  f(Encoding::kTemplate, repeat(20000, [&](size_t i) { return (i % 3 ? "/cart/" : "/v2/item-") + std::to_string(random() % 100000) + "/x"; }));
  f(Encoding::kPadded, repeat(3000, [&](size_t i) { return "row 007 " + std::to_string(i); }));
  const auto padded = [&](size_t digits) { return std::to_string(10000000 + random() % 10000000).substr(8 - digits); };
  f(Encoding::kPadded, repeat(3000, [&](size_t) { return padded(2) + ":" + padded(2) + ":" + padded(2) + "," + padded(3); }));
  f(Encoding::kPadded, repeat(3000, [&](size_t i) { return (i % 2 ? "[" : "pid ") + padded(5) + "]"; }));
  f(Encoding::kText, repeat(3000, [&](size_t i) { return "job_" + std::string(i % 2 ? "0" : "9") + padded(7) + "_" + std::to_string(random() % 1000); }));
  f(Encoding::kText, repeat(3000, [&](size_t) { return std::string(random() % 90, static_cast<char>(random())) + hex(random, 3); }));
  f(Encoding::kText, repeat(40, [&](size_t i) { return std::string(i * 5000, 'x') + std::string(1, static_cast<char>(i)); }));
}

TEST_CASE("ids that begin alike are written in linear time") {
  std::mt19937_64 random(4);
  const Texts padded = repeat(100'000, [&](size_t) { return std::string(16, '0') + hex(random, 16); });
  const std::clock_t began = std::clock();
  CHECK(encode(padded).encoding() == Encoding::kHex);
  CHECK(std::clock() - began < 2 * CLOCKS_PER_SEC);  // some 20 ms; many seconds if each is compared with all before it
}

TEST_CASE("numbers that do not print back are no numbers") {
  std::mt19937_64 random(1);
  auto f = [&](std::string odd) {
    Texts texts = repeat(3000, [&](size_t) { return std::to_string(random() % 1000000); });
    texts[1500] = odd;
    const Encoded encoded = encode(texts);
    CHECK(encoded.encoding() != Encoding::kNumber);
    check(texts, encoded);
  };
  for (const char* odd : {"-0", "007", "1e3", "+1", "1.0", "", "1234567890123456789012", "0x10", " 1", "1.", "-"}) f(odd);
}

TEST_CASE("times that follow the entry's own cost nothing") {
  std::mt19937_64 random(1);
  auto f = [&](int fraction, std::string separator, std::string suffix, Nanos off) {
    Texts texts;
    std::vector<Nanos> timestamps;
    for (int i = 0; i < 1000; ++i) {
      const Nanos t = 1772323200 * kSecond + static_cast<Nanos>(random() % (200 * kDay));
      timestamps.push_back(t);
      const CivilTime c = civil_utc(t + off);
      char buffer[64];
      std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d%s%02d:%02d:%02d", static_cast<int>(c.year), static_cast<int>(c.month), static_cast<int>(c.day), separator.c_str(), static_cast<int>(c.hour),
                    static_cast<int>(c.minute), static_cast<int>(c.second));
      std::string digits = std::to_string(1000000000 + ((t + off) % kSecond)).substr(1, fraction);
      texts.push_back(std::string(buffer) + (fraction ? "." + digits : "") + suffix);
    }
    const Encoded encoded = encode(texts, timestamps);
    CHECK(encoded.encoding() == Encoding::kTime);
    CHECK(encoded.bytes.size() < 300);
    check(texts, encoded);
  };
  f(6, "T", "Z", 0);
  f(3, " ", "", 0);
  f(0, "T", "+00:00", 0);
  f(9, "T", "Z", 0);
}

TEST_CASE("times stand beside any timestamp") {
  const Texts texts = {"2026-03-01T00:00:00.123456789Z", "1701-01-01T00:00:00.000000000Z", "2199-12-31T23:59:59.999999999Z"};
  const Encoded encoded = encode(texts, {INT64_MIN, INT64_MAX, INT64_MIN});
  CHECK(encoded.encoding() == Encoding::kTime);
  check(texts, encoded);
}

TEST_CASE("a damaged column of times has some times") {
  auto f = [](int64_t base, unsigned char fraction) {
    Encoded encoded{std::string{static_cast<char>(Encoding::kTime), static_cast<char>(fraction), 'T'}, {1772323200 * kSecond}, 1};
    put_bytes(encoded.bytes, "Z");
    encoded.bytes += '\0';
    put_varint(encoded.bytes, zigzag_delta(static_cast<uint64_t>(base), 0));
    const std::string padded = pad(encoded.bytes);
    auto column = encoded.open(padded);
    REQUIRE(column.ok());
    std::string text;
    (*column)->append(0, text);
    CHECK(text.size() == (*column)->length(0));
  };
  for (const unsigned char fraction : {0, 3, 9})
    for (const int64_t base : {INT64_MAX, INT64_MIN, INT64_MIN + 1, INT64_MAX - 1772323200}) f(base, fraction);
}

TEST_CASE("ids that stand in another column are references") {
  std::mt19937_64 random(1);
  const Texts ids = repeat(2000, [&](size_t) { return hex(random, 16); });
  const Texts parents = repeat(1500, [&](size_t i) { return i % 3 == 0 ? "" : i % 100 == 1 ? hex(random, 16) : ids[random() % ids.size()]; });
  const std::vector<std::string_view> id_views(ids.begin(), ids.end()), parent_views(parents.begin(), parents.end());
  std::string bytes(1, static_cast<char>(Encoding::kReference));
  const std::string id_bytes = encode(ids).bytes, parent_bytes = encode(parents).bytes;
  const HexColumn of_ids(id_bytes, ids.size()), of_parents(parent_bytes, parents.size());
  REQUIRE(write_reference(of_parents, parent_views, of_ids, 7, bytes));
  CHECK(referenced_field(bytes) == 7u);
  CHECK(bytes.size() < 1500 * 2);
  const std::string other_bytes = pad(encode(ids).bytes), padded = pad(bytes);
  auto other = encode(ids).open(other_bytes);
  REQUIRE(other.ok());
  auto column = open_values(std::string_view(padded).substr(0, bytes.size()), 1500, {}, other->get());
  REQUIRE(column.ok());
  for (const TextTest& test : {TextTest{TextTest::Op::kContains, "ab"}, TextTest{TextTest::Op::kEquals, parents[1]}, TextTest{TextTest::Op::kEquals, ids[9]}, TextTest{TextTest::Op::kEquals, ""}}) {
    std::vector<uint8_t> hits(1500);
    (*column)->test(test, 0, hits);
    for (size_t i = 0; i < parents.size(); ++i) REQUIRE(static_cast<bool>(hits[i]) == test.holds(parents[i]));
  }
  for (uint32_t i = 0; i < parents.size(); ++i) {
    std::string text;
    (*column)->append(i, text);
    REQUIRE(text == parents[i]);
    REQUIRE((*column)->length(i) == text.size());
  }
  CHECK(!write_reference(of_ids, id_views, of_parents, 7, bytes));
  CHECK(!open_values(std::string_view(padded).substr(0, bytes.size()), 1500, {}).ok());
}

TEST_CASE("random mixtures come back") {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const size_t kinds = 1 + random() % 3;
    const Texts texts = repeat(1 + random() % 400, [&](size_t) -> std::string {
      switch ((seed + random() % kinds) % 8) {
        case 0: return std::to_string(static_cast<int64_t>(random()) >> random() % 64);
        case 1: return hex(random, 8 + seed % 20);
        case 2: return "";
        case 3: return "abc " + std::to_string(random() % 50);
        case 4: return "2026-03-01T00:00:0" + std::to_string(random() % 10) + "Z";
        case 5: return std::string(random() % 5, static_cast<char>(random()));
        case 6: return std::to_string(random() % 100) + "." + std::to_string(random() % 100);
        default: return hex(random, 4) + "-" + hex(random, 4);
      }
    });
    check(texts, encode(texts, std::vector<Nanos>(texts.size(), 1772323200 * kSecond)));
  }
}

TEST_CASE("damaged columns do no harm") {
  std::mt19937_64 random(1);
  const std::vector<Texts> columns = {repeat(50, [&](size_t i) { return std::string(i % 7, 'a'); }), repeat(50, [&](size_t) { return std::to_string(random() % 100000); }),
                                      repeat(50, [&](size_t i) { return i % 3 ? hex(random, 16) : ""; }), repeat(80, [&](size_t) { return "/cart/" + std::to_string(random() % 100000); }),
                                      repeat(50, [&](size_t) { return std::string(random() % 9, static_cast<char>(random())) + "z"; })};
  size_t refused = 0;
  for (const Texts& texts : columns) {
    const Encoded encoded = encode(texts);
    for (size_t i = 0; i < encoded.bytes.size() * 8; ++i) {
      std::string bytes = encoded.bytes;
      bytes[i / 8] ^= 1 << i % 8;
      const std::string padded = pad(bytes);
      auto column = encoded.open(padded);
      refused += !column.ok();
      if (!column) continue;
      std::string text;
      for (uint32_t v = 0; v < (*column)->size(); ++v) (*column)->append(v, text);
    }
  }
  CHECK(refused > 0);
}

}  // namespace
}  // namespace sleipnir::storage
