#include <doctest/doctest.h>

#include "unit/logql/engine/fixture.h"

namespace sleipnir::logql {

namespace {
EngineFixture ten_lines() {
  EngineFixture e;
  for (int i = 0; i < 10; ++i) e.add({{"app", i % 2 ? "odd" : "even"}}, i, "k=" + std::to_string(i / 4) + " n=" + std::to_string(i));
  return e;
}
constexpr Nanos kZero = EngineFixture::kZero;
}  // namespace

TEST_CASE("log queries") {
  EngineFixture e = ten_lines();
  auto f = [&](const std::string& query, Direction direction, uint64_t limit, Nanos interval, const std::string& want) {
    CAPTURE(query);
    CHECK(e.lines(query, {kZero, kZero + 8 * kSecond, direction, limit, interval}) == want);
  };
  const auto forward = Direction::kForward, backward = Direction::kBackward;
  f("{app=\"odd\"}", forward, 0, 0, "k=0 n=1; k=0 n=3; k=1 n=5; k=1 n=7");
  f("{app=\"odd\"}", backward, 0, 0, "k=1 n=7; k=1 n=5; k=0 n=3; k=0 n=1");
  f("{app=~\".+\"}", backward, 3, 0, "k=1 n=7; k=1 n=6; k=1 n=5");
  f("{app=~\".+\"} |= \"k=0\"", backward, 2, 0, "k=0 n=3; k=0 n=2");
  f("{app=~\".+\"}", forward, 0, 3 * kSecond, "k=0 n=0; k=0 n=3; k=1 n=6");
  f("{app=~\".+\"}", backward, 0, 3 * kSecond, "k=1 n=7; k=1 n=4; k=0 n=1");
  f("{app=~\".+\"} | logfmt | distinct k", forward, 0, 0, "k=0 n=0; k=1 n=4");
  f("{app=~\".+\"} | logfmt | distinct k, app", backward, 0, 0, "k=1 n=7; k=1 n=6; k=0 n=3; k=0 n=2");
  f("{app=~\".+\"} |= \"n=5\" | context 1, 1", forward, 0, 0, "k=0 n=3; k=1 n=5; k=1 n=7");
  f("{app=~\".+\"} |= \"n=5\" | context 2, 0", backward, 0, 0, "k=1 n=5; k=0 n=3; k=0 n=1");
  f("{app=~\".+\"} |~ \"n=[45]\" | context 1, 0", forward, 0, 0, "k=0 n=2; k=0 n=3; k=1 n=4; k=1 n=5");
  f("{app=~\".+\"} |= \"n=1\" | context 9, 9", forward, 3, 0, "k=0 n=1; k=0 n=3; k=1 n=5");
  f("{app=\"even\"} | logfmt | k in ({app=\"odd\"} |= \"n=5\" | logfmt | k)", forward, 0, 0, "k=1 n=4; k=1 n=6");
  f("{app=\"odd\"}", forward, 0, 0, "k=0 n=1; k=0 n=3; k=1 n=5; k=1 n=7");
  CHECK(e.lines("{app=\"odd\"}", {kZero + kSecond, kZero + kSecond}) == "");
}

TEST_CASE("equal timestamps keep their arrival order, backward mirrors it") {
  EngineFixture e;
  e.add({{"a", "1"}}, 1, "first").add({{"a", "2"}}, 1, "second").add({{"a", "1"}}, 1, "third");
  CHECK(e.lines("{a=~\".+\"}", {kZero, kZero + kDay, Direction::kForward, 0, 0}) == "first; second; third");
  CHECK(e.lines("{a=~\".+\"}", {kZero, kZero + kDay, Direction::kBackward, 0, 0}) == "third; second; first");
}

TEST_CASE("rows show their labels by category") {
  EngineFixture e;
  e.add({{"app", "a"}}, 1, "x=1", {{"trace", "t"}});
  auto expr = parse("{app=\"a\"} | logfmt");
  REQUIRE(expr.ok());
  testing::MemorySource source(e.entries);
  Limits limits;
  QueryContext context{.source = &source, .tenant = "t", .limits = &limits};
  std::string got;
  auto done = run_logs(std::get<LogExpr>((*expr)->v), {kZero, kZero + kDay}, context, [&](const LogRow& row) {
    got = row.labels->to_string() + row.stream->to_string() + row.metadata->to_string() + row.parsed->to_string();
    return true;
  });
  CHECK(done.ok());
  CHECK(got == "{app=\"a\", trace=\"t\", x=\"1\"}{app=\"a\"}{trace=\"t\"}{x=\"1\"}");
}

TEST_CASE("a cancelled query ends with its reason") {
  EngineFixture e = ten_lines();
  testing::MemorySource source(e.entries);
  Limits limits;
  Cancellation cancellation;
  cancellation.cancelled = true;
  QueryContext context{.source = &source, .tenant = "t", .limits = &limits, .cancellation = &cancellation};
  auto expr = parse("{app=\"odd\"}");
  REQUIRE(expr.ok());
  auto done = run_logs(std::get<LogExpr>((*expr)->v), {kZero, kZero + kDay}, context, [](const LogRow&) { return true; });
  REQUIRE(!done.ok());
  CHECK(done.error().kind == ErrorKind::kCancelled);
}

}  // namespace sleipnir::logql
