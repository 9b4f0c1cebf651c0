#include "logql/engine/row_series.h"

#include <doctest/doctest.h>

#include "logql/stages/stage.h"

namespace sleipnir::logql {
namespace {

using Keep = RangePlan::Keep;

const std::vector<LabelSet> kSets = {
    {},
    {{"a", "1"}},
    {{"a", "1"}, {"b", ""}},
    {{"a", "1"}, {"c", "2"}},
    {{"a", ""}},
    {{"a", "12"}},
    {{"a", std::string("1\0", 2)}},
    {{"a", "1\xff"}},
    {{"ab", "0"}},
    {{"b", "1"}, {"c", "1"}},
    {{"c", "1"}},
    {{"c", "1"}, {"d", "1"}},
};

TEST_CASE("series are ordered as their label sets are") {
  const auto f = [](Keep keep, std::vector<std::string> names) {
    RangePlan plan;
    plan.keep = keep;
    plan.names = std::move(names);
    RowSeries series(plan);
    RowLabels row;
    for (const LabelSet& set : kSets) {
      row.reset(set, {});
      series.of(row);
      row.set_error("JSONParserErr", "details");  // such a series keeps all labels
      series.of(row);
    }
    for (uint32_t a = 0; a < series.size(); ++a) {
      for (uint32_t b = 0; b < series.size(); ++b) {
        CAPTURE(series.labels(a).to_string());
        CAPTURE(series.labels(b).to_string());
        CHECK(series.labels_before(a, b) == (series.labels(a) < series.labels(b)));
      }
    }
  };
  f(Keep::kAll, {});
  f(Keep::kNone, {});
  f(Keep::kWithout, {"a"});
  f(Keep::kBy, {"a", "b", "c"});
  f(Keep::kBy, {"c"});
}

TEST_CASE("a table of keys finds each key again") {
  KeyIndex keys;
  std::vector<std::string> texts;
  for (int i = 0; i < 100'000; ++i) texts.push_back("key-" + std::to_string(i % 70'000));
  std::vector<std::string_view> views(texts.begin(), texts.end());
  std::vector<uint32_t> numbers(views.size());
  keys.find_or_add(views, numbers);
  REQUIRE(keys.size() == 70'000);
  bool same = true;
  for (size_t i = 0; i < views.size(); ++i) same &= keys.key(numbers[i]) == views[i] && numbers[i] == i % 70'000 && keys.find_or_add(views[i]) == numbers[i];
  CHECK(same);
}

}  // namespace
}  // namespace sleipnir::logql
