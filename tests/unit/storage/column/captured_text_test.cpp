// What a pattern captures, told by columns, is what a walk over the line finds.
#include <doctest/doctest.h>

#include "storage/column/field_column.h"
#include "unit/storage/column/fixture.h"

namespace sleipnir::storage {
namespace {

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

}  // namespace
}  // namespace sleipnir::storage
