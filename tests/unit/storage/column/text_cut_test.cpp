// The variables of plain text are its words with a digit, wherever they stand; lines of one template are those that differ in nothing else.
#include "storage/column/text_cut.h"

#include <doctest/doctest.h>

#include <random>

namespace sleipnir::storage {
namespace {

using Words = std::vector<std::string>;

Words words_with_digits(std::string_view line) {
  Words out;
  std::string word;
  const auto end = [&] {
    if (word.find_first_of("0123456789") != std::string::npos) out.push_back(word);
    word.clear();
  };
  for (const char c : line) {
    if (c > 0x20 && c < 0x7f && c != '"' && c != '=') word += c;
    else end();
  }
  end();
  return out;
}

/// What the line is cut into after it came `times` times; nothing where it is not cut.
Words cut(std::string_view line, int times) {
  TextTemplates templates;
  for (int i = 0; i < times; ++i) templates.add(line);
  templates.choose(10);
  ShapeTable table;
  std::vector<std::string_view> values;
  const uint32_t shape = templates.cut(0, table, values);
  if (shape == ShapeTable::kRaw) return {};
  std::string again;
  table.shapes()[shape].append_line(values, again);
  CHECK(again == line);
  return {values.begin(), values.end()};
}

TEST_CASE("words with a digit are cut out") {
  const auto f = [](std::string_view line, const Words& want) {
    CAPTURE(line);
    CHECK(cut(line, 16) == want);
    CHECK(cut(line, 15).empty());
  };
  f("took 5 ms", {"5"});
  f("5", {"5"});
  f("a=5 \"b6\" c\x7f" "7\xc3\xa4" "8", {"5", "b6", "7", "8"});
  f("no digit", {});
  f("", {});
  std::string most, more;
  for (int i = 0; i < 48; ++i) most += "7 ";
  f(most, Words(48, "7"));
  f(most + "8", {});
  for (size_t length = 60; length < 70; ++length) {
    f(std::string(length, 'x') + "1", {std::string(length, 'x') + "1"});
    f("1" + std::string(length, 'x') + " y", {"1" + std::string(length, 'x')});
    f(std::string(length, ' ') + "1", {"1"});
  }
}

TEST_CASE("lines of any bytes are cut at the same places as byte by byte") {
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    static constexpr std::string_view kBytes("ab:/019 \"=\x7f\0\n\xff", 15);
    const size_t kinds = 1 + random() % kBytes.size();
    std::string line;
    for (size_t n = random() % 200; n > 0; --n) line += kBytes[random() % kinds];
    const Words want = words_with_digits(line);
    CAPTURE(line);
    CHECK(cut(line, 16) == (want.size() > 48 ? Words() : want));
  }
}

TEST_CASE("templates that differ in little are not mixed") {
  TextTemplates templates;
  std::vector<std::string> lines;
  for (int i = 0; i < 3000; ++i) {
    const std::string n = std::to_string(i);
    lines.push_back(i % 3 == 0 ? "user alice of the house did " + n + " things" : i % 3 == 1 ? "user bobby of the house did " + n + " things" : "user bobby of the house did " + n + " thongs");
  }
  for (const std::string& line : lines) templates.add(line);
  templates.choose(10);
  ShapeTable table;
  std::vector<std::string_view> values;
  for (size_t i = 0; i < lines.size(); ++i) {
    const uint32_t shape = templates.cut(i, table, values);
    REQUIRE(shape != ShapeTable::kRaw);
    std::string again;
    table.shapes()[shape].append_line(values, again);
    CHECK(again == lines[i]);
  }
  CHECK(table.shapes().size() == 3);
}

}  // namespace
}  // namespace sleipnir::storage
