#include <doctest/doctest.h>

#include "unit/logql/engine/fixture.h"

namespace sleipnir::logql {

namespace {
/// Lines a second: app=j 6, app=ip 4, app=l 1, each with env.
EngineFixture three_apps() {
  EngineFixture e;
  for (int i = 0; i < 6; ++i) e.add({{"app", "j"}, {"env", "p"}}, 1 + i, "line " + std::to_string(i));
  for (int i = 0; i < 4; ++i) e.add({{"app", "ip"}, {"env", "p"}}, 1 + i, "line " + std::to_string(i));
  e.add({{"app", "l"}, {"env", "d"}}, 1, "line");
  return e;
}
const std::string kCount = "sum by (app, env) (count_over_time({app=~\".+\"}[1m]))";
}  // namespace

TEST_CASE("vector aggregations") {
  EngineFixture e = three_apps();
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 30) == want);
  };
  f("sum(" + kCount + ")", "{} 11");
  f("sum by () (" + kCount + ")", "{} 11");
  f("sum by (env) (" + kCount + ")", "{env=\"d\"} 1; {env=\"p\"} 10");
  f("sum without (app) (" + kCount + ")", "{env=\"d\"} 1; {env=\"p\"} 10");
  f("sum without () (" + kCount + ")", "{app=\"ip\", env=\"p\"} 4; {app=\"j\", env=\"p\"} 6; {app=\"l\", env=\"d\"} 1");
  f("sum by (nosuch) (" + kCount + ")", "{} 11");
  f("avg by (env) (" + kCount + ")", "{env=\"d\"} 1; {env=\"p\"} 5");
  f("min(" + kCount + ")", "{} 1");
  f("max(" + kCount + ")", "{} 6");
  f("count(" + kCount + ")", "{} 3");
  f("stddev by (env) (" + kCount + ")", "{env=\"d\"} 0; {env=\"p\"} 1");
  f("stdvar by (env) (" + kCount + ")", "{env=\"d\"} 0; {env=\"p\"} 1");
  f("topk(1, " + kCount + ")", "{app=\"j\", env=\"p\"} 6");
  f("topk(2, " + kCount + ")", "{app=\"ip\", env=\"p\"} 4; {app=\"j\", env=\"p\"} 6");
  f("bottomk(1, " + kCount + ")", "{app=\"l\", env=\"d\"} 1");
  f("topk by (env) (1, " + kCount + ")", "{app=\"j\", env=\"p\"} 6; {app=\"l\", env=\"d\"} 1");
  f("sort(" + kCount + ")", "{app=\"l\", env=\"d\"} 1; {app=\"ip\", env=\"p\"} 4; {app=\"j\", env=\"p\"} 6");
  f("sort_desc(" + kCount + ")", "{app=\"j\", env=\"p\"} 6; {app=\"ip\", env=\"p\"} 4; {app=\"l\", env=\"d\"} 1");
  f("sum(count_over_time({app=\"nope\"}[1m]))", "");
  f("max(vector(1))", "{} 1");
  e.limits.shard_aggregations = {};
  f("approx_topk(1, " + kCount + ")", "approx_topk is not enabled. See -limits.shard_aggregations");
  e.limits.shard_aggregations = {"approx_topk"};
  f("approx_topk(1, " + kCount + ")", "{app=\"j\", env=\"p\"} 6");
}

TEST_CASE("NaN sorts last and is not among the top") {
  EngineFixture e;
  e.add({{"app", "a"}}, 1, "v=NaN").add({{"app", "b"}}, 1, "v=2").add({{"app", "c"}}, 1, "v=1");
  const std::string v = "max_over_time({app=~\".+\"} | logfmt | unwrap v [1m])";
  CHECK(e.instant("sort(" + v + ")", 10) == "{app=\"c\"} 1; {app=\"b\"} 2; {app=\"a\"} NaN");
  CHECK(e.instant("sort_desc(" + v + ")", 10) == "{app=\"b\"} 2; {app=\"c\"} 1; {app=\"a\"} NaN");
  CHECK(e.instant("topk(2, " + v + ")", 10) == "{app=\"b\"} 2; {app=\"c\"} 1");
  CHECK(e.instant("bottomk(2, " + v + ")", 10) == "{app=\"b\"} 2; {app=\"c\"} 1");
  CHECK(e.instant("max(" + v + ")", 10) == "{} 2");
  CHECK(e.instant("min(" + v + ")", 10) == "{} 1");
}

TEST_CASE("label_replace") {
  EngineFixture e = three_apps();
  const std::string v = "sum by (app) (count_over_time({app=~\".+\"}[1m]))";
  auto f = [&](const std::string& arguments, const std::string& want) {
    CAPTURE(arguments);
    CHECK(e.instant("label_replace(" + v + ", " + arguments + ")", 30) == want);
  };
  f("\"new\", \"$1-x\", \"app\", \"(j|l)\"", "{app=\"ip\"} 4; {app=\"j\", new=\"j-x\"} 6; {app=\"l\", new=\"l-x\"} 1");
  f("\"new\", \"${n}$$\", \"app\", \"(?P<n>j)\"", "{app=\"ip\"} 4; {app=\"j\", new=\"j$\"} 6; {app=\"l\"} 1");
  f("\"new\", \"a$2b\", \"app\", \"(j)\"", "{app=\"ip\"} 4; {app=\"j\", new=\"a\"} 6; {app=\"l\"} 1");
  f("\"app\", \"\", \"app\", \"j\"", "{} 6; {app=\"ip\"} 4; {app=\"l\"} 1");
  f("\"new\", \"n\", \"none\", \"\"", "{app=\"ip\", new=\"n\"} 4; {app=\"j\", new=\"n\"} 6; {app=\"l\", new=\"n\"} 1");
  f("\"app\", \"same\", \"app\", \".*\"", "{app=\"same\"} 4; {app=\"same\"} 6; {app=\"same\"} 1");
}

TEST_CASE("literals and vector()") {
  EngineFixture e;
  CHECK(e.instant("1 + 1", 10) == "scalar {} 2");
  CHECK(e.range("2", 0, 20, 10) == "scalar {} 0=2 10=2 20=2");
  CHECK(e.instant("vector(1)", 10) == "{} 1");
  CHECK(e.range("vector(3)", 0, 20, 10) == "{} 0=3 10=3 20=3");
  CHECK(e.instant("vector(1) / 0", 10) == "{} NaN");
  CHECK(e.instant("vector(1) % 0", 10) == "{} NaN");
  CHECK(e.instant("vector(5) ^ 2", 10) == "{} 25");
}

TEST_CASE("binary operators") {
  EngineFixture e = three_apps();
  const std::string v = "sum by (app) (count_over_time({app=~\".+\"}[1m]))", some = "sum by (app) (count_over_time({app=~\"j|ip\"}[1m]))";
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 30) == want);
  };
  f(v + " * 2", "{app=\"ip\"} 8; {app=\"j\"} 12; {app=\"l\"} 2");
  f("10 - " + v, "{app=\"ip\"} 6; {app=\"j\"} 4; {app=\"l\"} 9");
  f(v + " > 3", "{app=\"ip\"} 4; {app=\"j\"} 6");
  f("4 < " + v, "{app=\"j\"} 6");
  f(v + " > bool 4", "{app=\"ip\"} 0; {app=\"j\"} 1; {app=\"l\"} 0");
  f(v + " + " + some, "{app=\"ip\"} 8; {app=\"j\"} 12");
  f(v + " > on (app) " + some, "");
  f(v + " and " + some, "{app=\"ip\"} 4; {app=\"j\"} 6");
  f(v + " unless " + some, "{app=\"l\"} 1");
  f(some + " or " + v, "{app=\"ip\"} 4; {app=\"j\"} 6; {app=\"l\"} 1");
  f("sum(count_over_time({app=\"nope\"}[1m])) or vector(0)", "{} 0");
  f("sum(count_over_time({app=\"nope\"}[1m])) + vector(1)", "");
  f("sum(" + v + ") or vector(0)", "{} 11");
  f("label_replace(" + some + ", \"app\", \"x\", \"app\", \".*\") or vector(0)", "{} 0; {app=\"x\"} 4; {app=\"x\"} 6");
}

TEST_CASE("matching") {
  EngineFixture e = three_apps();
  const std::string total = "sum by (env) (" + kCount + ")";
  auto f = [&](const std::string& query, const std::string& want) {
    CAPTURE(query);
    CHECK(e.instant(query, 30) == want);
  };
  f(kCount + " / on (env) group_left " + total, "{app=\"ip\", env=\"p\"} 0.4; {app=\"j\", env=\"p\"} 0.6; {app=\"l\", env=\"d\"} 1");
  f(kCount + " / ignoring (app) group_left () " + total, "{app=\"ip\", env=\"p\"} 0.4; {app=\"j\", env=\"p\"} 0.6; {app=\"l\", env=\"d\"} 1");
  f(total + " - on (env) group_right " + kCount, "{app=\"ip\", env=\"p\"} 6; {app=\"j\", env=\"p\"} 4; {app=\"l\", env=\"d\"} 0");
  f(total + " > on (env) group_right " + kCount, "{app=\"ip\", env=\"p\"} 10; {app=\"j\", env=\"p\"} 10");
  f("label_replace(" + total + ", \"app\", \"x\", \"env\", \"p\") * on (env) group_right (app) " + kCount,
    "multiple matches for labels: grouping labels must ensure unique matches");
  f(total + " + on (env) label_replace(" + total + ", \"x\", \"y\", \"env\", \".*\")", "{env=\"d\"} 2; {env=\"p\"} 20");
  f(kCount + " / on (env) " + total, "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
  f(total + " / on (env) " + kCount,
    "found duplicate series on the right hand-side;many-to-many matching not allowed: matching labels must be unique on one side");
  f(kCount + " / on (env) group_right " + total,
    "found duplicate series on the left hand-side;many-to-many matching not allowed: matching labels must be unique on one side");
}

}  // namespace sleipnir::logql
