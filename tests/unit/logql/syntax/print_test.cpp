#include <doctest/doctest.h>

#include "logql/syntax/parse.h"

using namespace sleipnir;
using namespace sleipnir::logql;

namespace {

std::string pretty(std::string_view query) {
  auto expr = parse(query);
  return expr ? print_pretty(**expr) : expr.error().message;
}

const std::string kLong(30, 'x');

}  // namespace

TEST_CASE("what fits in a hundred characters stays on a line") {
  const std::string fits = "{a=\"" + std::string(84, 'b') + "\"} | json", over = "{a=\"" + std::string(85, 'b') + "\"} | json";
  REQUIRE(fits.size() + 3 == 100);
  auto f = [](const std::string& query, const std::string& want) { CHECK(pretty(query) == want); };
  f(fits + " | x>5", "{a=\"" + std::string(84, 'b') + "\"}\n  | json\n  | x>5");
  f("{a=\"" + std::string(87, 'b') + "\"} | json", "{a=\"" + std::string(87, 'b') + "\"} | json");
  f("{a=\"" + std::string(88, 'b') + "\"} | json", "{a=\"" + std::string(88, 'b') + "\"}\n  | json");
  f("{a=\"" + std::string(200, 'b') + "\"}", "{a=\"" + std::string(200, 'b') + "\"}");
}

TEST_CASE("a run of line filters is one stage") {
  const std::string filter = "|= \"" + kLong + "\"", selector = "{a=\"" + kLong + "\"}";
  CHECK(pretty(selector + filter + filter + "| json") == selector + "\n  " + filter + " " + filter + "\n  | json");
  CHECK(pretty(selector + filter + filter + filter + "| json") == selector + "\n  " + filter + " " + filter + "\n  " + filter + "\n  | json");
}

TEST_CASE("aggregations are broken along their arguments") {
  const std::string selector = "{a=\"" + std::string(70, 'b') + "\"}";
  CHECK(pretty("topk(5, sum(quantile_over_time(0.9, " + selector + " | json | unwrap duration(d) | e=\"\" [5m] offset 1m) without (p, q))) by (r, s)") ==
        "topk by (r, s)(\n"
        "  5,\n"
        "  sum(\n"
        "    quantile_over_time(\n"
        "      0.9,\n"
        "      " + selector + " | json\n"
        "        | unwrap duration(d)\n"
        "        | e=\"\" [5m] offset 1m\n"
        "    ) without (p, q)\n"
        "  )\n"
        ")");
  CHECK(pretty("label_replace(rate(" + selector + "[1m]), \"dst\", \"$1\", \"src\", \"re\")") ==
        "label_replace(\n"
        "  rate(" + selector + "[1m]),\n"
        "  \"dst\",\n"
        "  \"$1\",\n"
        "  \"src\",\n"
        "  \"re\"\n"
        ")");
}

TEST_CASE("offsets of a broken range are short where they can be") {
  const std::string selector = "{a=\"" + std::string(100, 'b') + "\"}";
  for (const auto& [offset, want] : {std::pair("90m", "1h30m"), {"36h", "1d12h"}, {"-90m", "-1h30m"}, {"-36h", "-36h0m0s"}, {"1500ms", "1s500ms"}, {"1ms500us", "1.5ms"}})
    CHECK(pretty("rate(" + selector + "[5m] offset " + offset + ")") == "rate(\n  " + selector + " [5m] offset " + want + "\n)");
}

TEST_CASE("a broken operation keeps its meaning") {
  const std::string leg = "rate({a=\"" + std::string(60, 'b') + "\"}[1m])";
  CHECK(pretty(leg + " > bool on (x, y) " + leg) == "  " + leg + "\n> bool on (x, y) \n  " + leg);
  CHECK(pretty(leg + " + " + leg + " + " + leg) == "    " + leg + "\n  +\n    " + leg + "\n+\n  " + leg);
  CHECK(pretty("(" + leg + " + " + leg + ") * 2") == "  (\n      " + leg + "\n    +\n      " + leg + "\n  )\n*\n  2");
  CHECK(pretty(leg + " - (" + leg + " - " + leg + ")") == "  " + leg + "\n-\n  (\n      " + leg + "\n    -\n      " + leg + "\n  )");
}
