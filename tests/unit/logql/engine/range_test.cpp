#include <doctest/doctest.h>

#include "unit/logql/engine/fixture.h"

namespace sleipnir::logql {

TEST_CASE("the window is (t - range, t], to the nanosecond") {
  EngineFixture e;
  constexpr Nanos t = EngineFixture::kZero + kMinute;
  for (Nanos ts : {t - 60 * kSecond, t - 60 * kSecond + 1, t - 30 * kSecond, t, t + 1}) e.add_at({{"app", "a"}}, ts, "x" + std::to_string(ts));
  CHECK(e.instant("count_over_time({app=\"a\"}[1m])", 60) == "{app=\"a\"} 3");
  CHECK(e.instant("count_over_time({app=\"a\"}[1m] offset -1s)", 60) == "{app=\"a\"} 3");
  CHECK(e.instant("count_over_time({app=\"a\"}[1m] offset 1m)", 120) == "{app=\"a\"} 3");
}

TEST_CASE("range functions") {
  EngineFixture e;
  LabelSet app{{"app", "ip"}};
  e.add(app, 10, "n=5").add(app, 20, "n=1000");
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 60) == want);
  };
  f("count_over_time({app=\"ip\"}[1m])", "{app=\"ip\"} 2");
  f("rate({app=\"ip\"}[50s])", "{app=\"ip\"} 0.02");
  f("rate({app=\"ip\"} | logfmt | unwrap n [51s])", "{app=\"ip\"} 19.705882352941178");
  f("bytes_over_time({app=\"ip\"}[1m])", "{app=\"ip\"} 9");
  f("bytes_rate({app=\"ip\"}[1m])", "{app=\"ip\"} 0.15");
  f("bytes_over_time({app=\"ip\"} | line_format \"abc\" [1m])", "{app=\"ip\"} 6");
  f("sum_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 1005");
  f("avg_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 502.5");
  f("min_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 5");
  f("max_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 1000");
  f("max_over_time({app=\"ip\"} | logfmt | unwrap n [1m]) by ()", "{} 1000");
  f("stddev_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 497.5");
  f("stdvar_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 247506.25");
  f("quantile_over_time(0.5, {app=\"ip\"} | logfmt | unwrap n [1m]) by (app)", "{app=\"ip\"} 502.5");
  f("quantile_over_time(1.5, {app=\"ip\"} | logfmt | unwrap n [1m]) by (app)", "{app=\"ip\"} +Inf");
  f("first_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 5");
  f("last_over_time({app=\"ip\"} | logfmt | unwrap n [1m])", "{app=\"ip\"} 1000");
  f("max_over_time({app=\"ip\"} | logfmt | unwrap n [1m]) by (n)", "{n=\"1000\"} 1000; {n=\"5\"} 5");
  f("absent_over_time({app=\"ip\"}[1m])", "");
  f("absent_over_time({app=\"nope\", x=~\"y\", z!=\"q\"}[1m])", "{app=\"nope\"} 1");
  f("absent_over_time({app=\"nope\", app!=\"q\"}[1m])", "{} 1");
  f("count_over_time({app=\"nope\"}[1m])", "");
}

TEST_CASE("rate_counter adds what resets took away and extrapolates") {
  EngineFixture e;
  LabelSet app{{"app", "c"}};
  e.add(app, 10, "n=10").add(app, 20, "n=30").add(app, 30, "n=5").add(app, 40, "n=15");
  // 15 - 10 + 30 = 35 over 30 s sampled; 10 s to each edge, below 1.1 gaps: 35 * (30 + 30 * 10/35 + 10) / 30 / 50
  CHECK(e.instant("rate_counter({app=\"c\"} | logfmt | unwrap n [50s])", 50) == "{app=\"c\"} 1.1333333333333333");
  CHECK(e.instant("rate_counter({app=\"c\"} | logfmt | unwrap n [5s])", 42) == "{app=\"c\"} 0");
}

TEST_CASE("each step has its own window, an empty one no point") {
  EngineFixture e;
  LabelSet a{{"app", "a"}}, b{{"app", "b"}};
  e.add(a, 1, "x").add(a, 12, "x").add(a, 13, "y").add(b, 31, "x");
  CHECK(e.range("count_over_time({app=~\".+\"}[10s])", 10, 40, 10) == "{app=\"a\"} 10=1 20=2; {app=\"b\"} 40=1");
  CHECK(e.range("count_over_time({app=~\".+\"}[25s])", 10, 40, 10) == "{app=\"a\"} 10=1 20=3 30=2; {app=\"b\"} 40=1");
  CHECK(e.range("count_over_time({app=~\".+\"}[5s])", 10, 40, 10) == "");
  CHECK(e.range("absent_over_time({app=\"b\"}[10s])", 10, 40, 10) == "{app=\"b\"} 10=1 20=1 30=1");
}

TEST_CASE("a long time is scanned in slices, the answer does not show them") {
  EngineFixture e;
  for (int i = 1; i <= 90; ++i) e.add({{"app", i % 2 ? "odd" : "even"}}, i * 10, "n=" + std::to_string(i));
  auto f = [&](const std::string& function, const std::string& want) {
    CAPTURE(function);
    CHECK(e.instant(function + "({app=\"odd\"} | logfmt | unwrap n [15m])", 900) == "{app=\"odd\"} " + want);
  };
  CHECK(e.instant("sum(count_over_time({app=~\".+\"}[15m]))", 900) == "{} 90");
  CHECK(e.range("sum(count_over_time({app=~\".+\"}[10m]))", 600, 900, 150) == "{} 600=60 750=60 900=60");
  f("sum_over_time", "2025");
  f("min_over_time", "1");
  f("max_over_time", "89");
  f("first_over_time", "1");
  f("last_over_time", "89");
  CHECK(e.instant("quantile_over_time(0.5, {app=\"odd\"} | logfmt | unwrap n [15m])", 900) == "{app=\"odd\"} 45");
}

TEST_CASE("NaN gives way to numbers, infinity stays") {
  EngineFixture e;
  LabelSet app{{"app", "n"}};
  e.add(app, 1, "n=NaN").add(app, 2, "n=3").add(app, 3, "n=NaN");
  e.add({{"app", "i"}}, 1, "n=+Inf").add({{"app", "i"}}, 2, "n=7");
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 10) == want);
  };
  f("min_over_time({app=\"n\"} | logfmt | unwrap n [1m])", "{app=\"n\"} 3");
  f("max_over_time({app=\"n\"} | logfmt | unwrap n [1m])", "{app=\"n\"} 3");
  f("sum_over_time({app=\"n\"} | logfmt | unwrap n [1m])", "{app=\"n\"} NaN");
  f("avg_over_time({app=\"i\"} | logfmt | unwrap n [1m])", "{app=\"i\"} +Inf");
}

TEST_CASE("errors fail a metric query, but for those it asks to keep") {
  EngineFixture e;
  e.add({{"app", "l"}}, 1, "{\"a\":1}").add({{"app", "l"}}, 2, "not json");
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 10) == want);
  };
  std::string failure =
      "pipeline error: 'JSONParserErr' for series: '{__error__=\"JSONParserErr\", __error_details__=\"Value looks like object, but can't find "
      "closing '}' symbol\", app=\"l\"}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!=\"JSONParserErr\").\nTo skip "
      "all potential errors you can match empty errors.(e.g __error__=\"\")\nThe label filter can also be specified after unwrap. (e.g | "
      "unwrap latency | __error__=\"\" )\n";
  f("rate({app=\"l\"} | json [1m])", failure);
  f("sum by (a) (rate({app=\"l\"} | json [1m]))", failure);
  f("count by (app) (count_over_time({app=\"l\"} | json | __error__!=\"\" [1m]))", failure);
  f("sum(count_over_time({app=\"l\"} | json [1m]))", "{} 2");
  f("sum by (app) (count_over_time({app=\"l\"} | json | __error__!=\"\" [1m]))", "{app=\"l\"} 1");
  f("sum by (__error__) (count_over_time({app=\"l\"} | json [1m]))", "{} 1; {__error__=\"JSONParserErr\"} 1");
  f("sum by (app) (count_over_time({app=\"l\"} | json | __error__=\"\" [1m]))", "{app=\"l\"} 1");
}

TEST_CASE("limits") {
  EngineFixture e;
  for (int i = 0; i < 5; ++i) e.add({{"app", std::string(1, static_cast<char>('a' + i))}}, 1, "x");
  e.limits.max_query_series = 3;
  std::string failure =
      "maximum number of series (3) reached for a single query; consider reducing query cardinality by adding more specific stream selectors, "
      "reducing the time range, or aggregating results with functions like sum(), count() or topk()";
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 10) == want);
  };
  f("count_over_time({app=~\".+\"}[1m])", failure);
  f("topk(1, count_over_time({app=~\".+\"}[1m]))", failure);
  f("count_over_time({app=~\".+\"}[1m]) > 5", failure);
  f("sum(count_over_time({app=~\".+\"}[1m]))", "{} 5");
  f("count(max_over_time({app=~\".+\"} | label_format v=\"1\" | unwrap v [1m]))", "{} 5");
  e.partial_series = true;
  auto partial = e.run("count_over_time({app=~\".+\"}[1m])", {.end = EngineFixture::kZero + 10 * kSecond});
  REQUIRE(partial.ok());
  CHECK(partial->series.size() == 3);
  CHECK(partial->warnings == std::vector<std::string>{"maximum number of series (3) reached for a single query; returning partial results"});
  e.limits.max_query_range = 30 * kMinute;
  f("sum(rate({app=\"a\"}[1h]))", "[interval] value exceeds limit: [1h] > [30m]");
}

}  // namespace sleipnir::logql
