#include "api/metadata/pattern_miner.h"

#include <doctest/doctest.h>

#include "logql/stages/pattern_filter.h"

using namespace sleipnir;
using api::PatternMiner;

namespace {

using Lines = std::vector<std::string>;

/// `<lines> <text>` of each pattern.
Lines mine(const Lines& lines) {
  PatternMiner miner;
  for (const std::string& line : lines) miner.add(line, "info", 0);
  Lines out;
  for (const auto& pattern : miner.finish()) out.push_back(std::to_string(pattern.lines) + " " + pattern.text);
  return out;
}

}  // namespace

TEST_CASE("what lines have in common is their pattern") {
  const auto f = [](const Lines& lines, const Lines& want) {
    CHECK(mine(lines) == want);
    for (const std::string& pattern : mine(lines)) {
      auto filter = logql::PatternFilter::compile(pattern.substr(pattern.find(' ') + 1));
      REQUIRE(filter.ok());
      bool any = false;
      for (const std::string& line : lines) any = any || filter->matches(line);
      CHECK_MESSAGE(any, pattern);
    }
  };
  f({"GET /cart/1 took 5ms", "GET /cart/27 took 12ms"}, {"2 GET <_> took <_>"});
  f({"level=info method=GET path=/cart/0 status=200 dur=0ms", "level=info method=GET path=/cart/7 status=200 dur=1ms"},
    {"2 level=info method=GET path=<_> status=200 dur=<_>"});
  f({"user alice logged in", "user bob logged in", "cache is warm  now"}, {"2 user <_> logged in", "1 cache is warm  now"});
  f({"GET /a 200 5ms", "POST /b 201 7ms"}, {"1 GET /a 200 5ms", "1 POST /b 201 7ms"});  // nothing would be left to tell them by
  f({"10 20 30 40", "10 20 30 40"}, {"2 10 20 30 40"});
  f({"10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"GET /a HTTP/1.1\" 200 17", "10.0.0.2 - - [10/Oct/2026:13:55:37 +0000] \"GET /b HTTP/1.1\" 200 99"},
    {"2 <_> - - [<_> +0000] \"GET <_> HTTP/1.1\" 200 <_>"});
  f({R"({"msg":"job 1 has finished","took":1})", R"({"msg": "job 2 has finished", "took": 2})"}, {"2 <_>job <_> has finished<_>"});
  f({"unknown tag <name> in file"}, {"1 unknown tag <_> in file"});  // a name would be a capture
  f({"a=<_><b> c d e f", "a=<_><b> c d e g"}, {"2 a=<_> c d e <_>"});
}

TEST_CASE("short lines and objects without a message have no pattern") {
  const auto f = [](const std::string& line) { CHECK(mine({line}).empty()); };
  f("");
  f("job 1 finished");
  f(R"({"msg":"job 1 finished","a":"one two three four"})");
  f(R"({"status":200,"path":"/a","took":7})");
  f("{this is no json object}");
}

TEST_CASE("long lines end in a placeholder") {
  std::string line;
  for (int i = 0; i < 150; ++i) line += "word ";
  const auto got = mine({line});
  REQUIRE(got.size() == 1);
  CHECK(got[0].ends_with("word<_>"));
  auto filter = logql::PatternFilter::compile(got[0].substr(2));
  REQUIRE(filter.ok());
  CHECK(filter->matches(line));
}

TEST_CASE("lines are counted by level and time") {
  PatternMiner miner;
  for (int i = 0; i < 10; ++i) miner.add("request " + std::to_string(i) + " was served", i < 7 ? "info" : "warn", i < 4 ? 60 : 120);
  const auto patterns = miner.finish();
  REQUIRE(patterns.size() == 2);
  CHECK(patterns[0].text == "request <_> was served");
  CHECK(patterns[0].level == "info");
  CHECK(patterns[0].counts == std::map<Nanos, uint64_t>{{60, 4}, {120, 3}});
  CHECK(patterns[1].text == "request <_> was served");
  CHECK(patterns[1].level == "warn");
  CHECK(patterns[1].lines == 3);
}

TEST_CASE("the number of templates is bounded") {
  PatternMiner miner;
  for (size_t i = 0; i < 2 * PatternMiner::kMostTemplates; ++i) miner.add("one two three four" + std::string(i % 200, ',') + std::string(1 + i / 200, ';'), "info", 0);
  CHECK(miner.finish().size() == PatternMiner::kMostTemplates);
}
