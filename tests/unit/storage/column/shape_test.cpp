// Shapes: what is cut into one, and where a needle lies in its lines.
#include <doctest/doctest.h>

#include "storage/column/needle.h"
#include "unit/storage/column/fixture.h"

namespace sleipnir::storage {
namespace {

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

}  // namespace
}  // namespace sleipnir::storage
