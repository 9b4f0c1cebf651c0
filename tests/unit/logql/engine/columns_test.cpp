// What decides without the row pipeline: which queries, exact sums, edges of roll-ups, selection of the best.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "logql/engine/best_series.h"
#include "logql/engine/column_plan.h"
#include "logql/engine/exact_sum.h"
#include "logql/engine/window.h"
#include "unit/logql/engine/fixture.h"

namespace sleipnir::logql {

TEST_CASE("columns decide what only names of one parser can change") {
  auto f = [](const std::string& query, bool want) {
    CAPTURE(query);
    auto expr = parse(query, {.strict = false});
    REQUIRE(expr.ok());
    const RangeAggregation* range = std::get_if<RangeAggregation>(&(*expr)->v);
    auto* outer = std::get_if<VectorAggregation>(&(*expr)->v);
    if (outer) range = &std::get<RangeAggregation>(outer->inner->v);
    auto columns = plan_columns(plan_range(*range, outer && groups_rows(*outer, *range) ? outer : nullptr), range->range.unwrap, {});
    REQUIRE(columns.ok());
    CHECK(columns->has_value() == want);
  };
  f(R"(sum by (a) (count_over_time({x="y"} | json [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} |= "z" | logfmt | b > 5 or c="d" | drop __error__ [1m])))", true);
  f(R"(sum by (a) (sum_over_time({x="y"} | json | unwrap duration(b) | __error__="" [1m])))", true);
  f(R"(quantile_over_time(0.9, {x="y"} | json | unwrap b [1m]) by (a))", true);
  f(R"(max by (a) (max_over_time({x="y"} | json | unwrap b [1m])))", true);
  f(R"(min(min_over_time({x="y"} | logfmt | unwrap b [1m]) by (c)))", true);
  f(R"(max without (a) (max_over_time({x="y"} | json | unwrap b [1m]) by (a, b)))", true);
  f(R"(max without (a) (max_over_time({x="y"} | json | unwrap b [1m])))", false);
  f(R"(max by (a) (min_over_time({x="y"} | json | unwrap b [1m])))", false);
  f(R"(max by (__error__) (max_over_time({x="y"} | json | unwrap b [1m])))", false);
  f(R"(count_over_time({x="y"} | json [1m]))", false);
  f(R"(sum without (a) (count_over_time({x="y"} | json [1m])))", false);
  f(R"(avg by (a) (count_over_time({x="y"} | json [1m])))", false);
  f(R"(sum by (a_extracted) (count_over_time({x="y"} | json [1m])))", false);
  f(R"(sum by (__error__) (count_over_time({x="y"} | json [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | drop a [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | json | drop a="b" [1m])))", false);
  f(R"(sum(sum_over_time({x="y"} | json | drop a | a="" | unwrap b [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | drop b [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | drop b | json [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | keep a, b | c="" [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | json | keep a="b" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | label_format a=b [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | json | label_format a="{{.b}}", c=d | c > 5 | label_format a=c [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | label_format a=b | json [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | label_format a="{{.}}" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | label_format a="{{__line__}}" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | label_format a="{{__timestamp__}}" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | label_format a=b_extracted [1m])))", false);
  f(R"(sum(count_over_time({x="y"} | json | label_format a=b | a="c" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json | logfmt [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json a="b", c="d.e" [1m])))", true);
  f(R"(sum by (b) (count_over_time({x="y"} | json a="b" [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | json a="b[0]" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | json a="b", a="c" [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | logfmt --strict [1m])))", false);
  f(R"(sum by (a) (count_over_time({x="y"} | pattern "<a> <_>" | b > 5 [1m])))", true);
  f(R"(sum by (a) (count_over_time({x="y"} | pattern "<a> <_>" | json [1m])))", false);
}

TEST_CASE("an exact sum does not depend on the order") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity(), kMost = std::numeric_limits<double>::max();
  auto f = [](std::vector<double> values, double want) {
    std::mt19937 random(1);
    for (int round = 0; round < 50; ++round) {
      std::shuffle(values.begin(), values.end(), random);
      ExactSum parts[2];
      for (size_t i = 0; i < values.size(); ++i) parts[i % 2].add(values[i]);
      parts[0].merge(parts[1]);
      const auto got = static_cast<double>(parts[0].value());
      CHECK((got == want || (std::isnan(got) && std::isnan(want))));
    }
  };
  f({}, 0);
  f({1, 2, 3.5, -0.25}, 6.25);
  f({1e100, 1, -1e100, 2}, 3);
  f({5e-324, 5e-324, -5e-324}, 5e-324);
  f({kMost, kMost, -kMost}, kMost);
  f({-1e-30, 1, -1}, -1e-30);
  f(std::vector<double>(10, 0.1), 1);
  f(std::vector<double>(5000, 4503599627370495.5), 5000 * 4503599627370495.5);
  f({kInfinity, 1, -5}, kInfinity);
  f({kInfinity, -kInfinity}, std::nan(""));
}

TEST_CASE("edges of windows cut time into pieces of slots") {
  auto f = [](Nanos step, uint32_t count, Nanos range, Nanos offset) {
    Windows windows({100, step, count}, range, offset);
    const auto edges = windows.edges(1000);
    REQUIRE(edges.size() >= 2);
    CHECK(edges.front() == windows.begin() - 1);
    CHECK(edges.back() == windows.end() - 1);
    for (size_t k = 0; k + 1 < edges.size(); ++k) {
      REQUIRE(edges[k] < edges[k + 1]);
      for (Nanos ts = edges[k] + 1; ts <= edges[k + 1]; ++ts) CHECK(windows.slot(ts) == windows.slot(edges[k] + 1));
    }
  };
  f(10, 5, 10, 0);
  f(10, 5, 30, 0);
  f(10, 5, 25, 3);
  f(10, 5, 4, 0);
  f(10, 5, 9, -7);
  f(0, 1, 10, 0);
  CHECK(Windows({100, 10, 5}, 0, 0).edges(1000).empty());
  CHECK(Windows({100, 10, 500}, 10, 0).edges(100).empty());
}

TEST_CASE("only the best points of each step are kept") {
  // The labels of series ascend with their numbers; want: number and points of those that remain.
  auto f = [](std::vector<std::vector<Point>> series, Best best, std::vector<std::pair<size_t, std::vector<Point>>> want) {
    const auto same = [](const Point& a, const Point& b) { return a.step == b.step && (a.value == b.value || (std::isnan(a.value) && std::isnan(b.value))); };
    std::vector<uint32_t> order(series.size());
    std::iota(order.begin(), order.end(), 0);
    do {
      BestSeries kept(best, std::less<uint32_t>());
      for (const uint32_t i : order) kept.offer(i, series[i]);
      const auto got = kept.take();
      REQUIRE(got.size() == want.size());
      for (size_t i = 0; i < got.size(); ++i) {
        CHECK(got[i].series == want[i].first);
        CHECK(std::ranges::equal(got[i].points, want[i].second, same));
      }
    } while (std::next_permutation(order.begin(), order.end()));
  };
  const double nan = std::nan("");
  f({{{0, 1}}, {{0, 3}}, {{0, 2}}}, {1, true}, {{1, {{0, 3}}}});
  f({{{0, 1}}, {{0, 3}}, {{0, 2}}}, {2, false}, {{0, {{0, 1}}}, {2, {{0, 2}}}});
  f({{{0, 3}}, {{0, 3}}, {{0, 3}}, {{0, 2}}}, {2, true}, {{0, {{0, 3}}}, {1, {{0, 3}}}});
  f({{{0, 1}, {1, 9}}, {{0, 3}}, {{1, 2}}}, {1, true}, {{0, {{1, 9}}}, {1, {{0, 3}}}});
  f({{{0, nan}}, {{0, 1}}}, {1, true}, {{1, {{0, 1}}}});
  f({{{0, nan}}, {{0, 1}}}, {2, true}, {{0, {{0, nan}}}, {1, {{0, 1}}}});
  f({{{0, 1}}, {{0, 1}}}, {0, true}, {});
  f({{{0, 1}}, {{2, 1}}}, {5, false}, {{0, {{0, 1}}}, {1, {{2, 1}}}});
}

TEST_CASE("a limit on series counts those that are left out, at the selection only") {
  auto f = [](uint64_t most, const std::string& want) {
    EngineFixture f;
    for (int i = 0; i < 5; ++i) f.add({{"app", std::to_string(i)}}, 1 + i, "x").add({{"app", "4"}}, 7 + i, "y");
    f.limits.max_query_series = most;
    CHECK(f.instant(R"(sum(topk(1, count_over_time({app=~".+"}[1m]))) or topk(1, count_over_time({app=~".+"}[1m])))", 20).starts_with(want));
  };
  f(5, R"({} 6; {app="4"} 6)");
  f(4, "maximum number of series (4) reached");
}

TEST_CASE("rows that fail make columns fail with the same words") {
  EngineFixture f;
  f.add({{"app", "a"}}, 1, R"({"v":"1"})").add({{"app", "a"}}, 2, R"({"v":"x"})");
  const std::string failure = f.instant(R"(sum by (v) (count_over_time({app="a"} | json | v > 0 [1m])))", 10);
  CHECK(failure.starts_with("pipeline error: 'LabelFilterErr' for series: '{__error__=\"LabelFilterErr\", __error_details__="));
  CHECK(f.instant(R"(sum by (v) (count_over_time({app="a"} | json | v > 0 | __error__="" [1m])))", 10) == R"({v="1"} 1)");
  CHECK(f.instant(R"(topk(1, sum by (v) (count_over_time({app="a"} | json [1m]))))", 10) == R"({v="1"} 1)");
}

}  // namespace sleipnir::logql
