// Logfmt and plain text in columns: every line comes back, every substring is found, and lines that repeat are not stored as text.
#include <doctest/doctest.h>

#include <filesystem>

#include "storage/column/logfmt_cut.h"
#include "storage/inspect.h"
#include "unit/storage/fixture.h"

namespace sleipnir::storage {
namespace {

using Line = std::string (*)(std::mt19937&);

std::string number(std::mt19937& random, uint32_t most) { return std::to_string(random() % most); }

std::string logfmt_line(std::mt19937& random) {
  std::string line = "level=" + std::string(random() % 9 ? "info" : "error") + " ts=" + number(random, 100000) + "." + number(random, 9) + " caller=main.go:" + number(random, 300);
  if (random() % 3 == 0) line += " msg=\"took " + number(random, 500) + " ms\"";
  if (random() % 7 == 0) line += "  err=\"said \\\"no\\\" " + number(random, 5) + "\"";
  if (random() % 11 == 0) line += " name=M\xc3\xbcller";
  if (random() % 13 == 0) line += " empty= flag";
  return line;
}

std::string text_line(std::mt19937& random) {
  switch (random() % 5) {
    case 0: return "sshd[" + number(random, 30000) + "]: Failed password for root from 10.0." + number(random, 256) + "." + number(random, 256) + " port " + number(random, 60000) + " ssh2";
    case 1: return "sshd[" + number(random, 30000) + "]: Connection closed";
    case 2: return "key=\"" + number(random, 50) + "\" 0" + number(random, 9) + ":00";
    case 3: return "rare word " + std::string(1 + random() % 20, static_cast<char>('a' + random() % 26)) + " 1";
    default: return "no number here";
  }
}

std::string any_line(std::mt19937& random) { return random() % 3 == 0 ? "{\"n\":" + number(random, 9) + "}" : random() % 2 ? logfmt_line(random) : text_line(random); }

size_t count_with(Store& store, const std::string& needle) {
  ScanRequest request = everything();
  request.where = {.kind = Predicate::Kind::kLineContains, .text = needle};
  size_t found = 0;
  for (const SeenRow& row : read_all(store, request)) found += row.line.find(needle) != std::string::npos;
  return found;
}

}  // namespace

TEST_CASE("lines come back, and what they hold is found") {
  const auto f = [](Line make, std::string_view shape) {
    std::mt19937 random(7);
    TemporaryFolder folder;
    auto store = open_store(folder.path());
    std::vector<Entry> lines;
    for (int i = 0; i < 3000; ++i) lines.push_back({i * kSecond, make(random) + (i % 10 ? "" : " ")});
    append(*store, entries(lines));
    REQUIRE(store->flush().ok());
    const auto rows = read_all(*store, everything());
    REQUIRE(rows.size() == lines.size());
    for (size_t i = 0; i < rows.size(); ++i) REQUIRE(rows[i].line == lines[i].line);
    for (int q = 0; q < 150; ++q) {
      const std::string_view line = lines[random() % lines.size()].line;
      std::string needle(line.substr(random() % line.size(), 1 + random() % 20));
      if (q % 5 == 0) needle += "7";
      CAPTURE(needle);
      CHECK(count_with(*store, needle) == static_cast<size_t>(std::count_if(lines.begin(), lines.end(), [&](const Entry& e) { return e.line.view().find(needle) != std::string::npos; })));
    }
    for (const auto& file : std::filesystem::directory_iterator(folder.path() / "tenants/t"))
      if (file.path().extension() == ".part") CHECK(inspect_part(file.path())->find(shape) != std::string::npos);
  };
  f(logfmt_line, "shape level=<word> ts=<word> caller=<word> msg=\"<string>\"");
  f(text_line, "shape <word> Failed password for root from <word> port <word> <word>");
  f(any_line, "shape {\"n\":<number>}");
}

TEST_CASE("what is logfmt") {
  const auto f = [](std::string line, std::string_view want) {
    ShapeTable table;
    Shape shape;
    std::vector<std::string_view> values;
    std::string got = "none", back;
    if (cut_logfmt(line, table, shape, values)) {
      got.clear();
      for (size_t i = 0; i < values.size(); ++i) got += table.fields()[shape.slots[i].field].path[0] + ":" + std::string(values[i]) + " ";
      shape.append_line(values, back);
      CHECK(back == line);
    }
    CHECK(got == want);
  };
  f("a=1 b=2", "a:1 b:2 ");
  f("a=1", "none");
  f("  a=1  b=\"x y\" ", "a:1 b:x y ");
  f(R"(a="x\"y" b=)", R"(a:x\"y b: )");
  f("a=1 b", "none");
  f("a=1 =2", "none");
  f("a=1=2 b=3", "none");
  f("a=\"x b=2", "none");
  f("a=\"x\"y b=2", "none");
  f("a=1\tb=2", "none");
  f("a=\xc3\xa4 b=2", "none");
  f("a=\"\xc3\xa4\" b=2", "a:\xc3\xa4 b:2 ");
  f("", "none");
}

}  // namespace sleipnir::storage
