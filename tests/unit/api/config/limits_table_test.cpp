#include "api/config/limits_table.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

const LimitField& field(std::string_view name) {
  const auto& all = limit_fields();
  return *std::find_if(all.begin(), all.end(), [&](const LimitField& f) { return f.name == name; });
}

}  // namespace

TEST_CASE("limits in Loki's spellings") {
  const auto f = [](std::string_view name, std::vector<std::string> texts, std::string_view want) {
    Limits limits;
    const auto r = set_limit(limits, field(name), texts);
    CHECK((r ? limit_yaml(limits, field(name)) : r.error().message) == want);
  };
  f("max_line_size", {"256KB"}, "256KB");
  f("max_line_size", {"262144"}, "256KB");
  f("max_line_size", {"1.5mb"}, "1536KB");
  f("max_line_size", {"10 MiB"}, "10MB");
  f("max_line_size", {"0"}, "0B");
  f("max_line_size", {"x"}, "not a size: \"x\"");
  f("max_line_size", {"1XB"}, "not a size: \"1XB\"");
  f("per_stream_rate_limit", {"256MB"}, "256MB");
  f("query_timeout", {"5m"}, "5m");
  f("query_timeout", {"1m30s"}, "1m30s");
  f("max_query_length", {"721h"}, "30d1h");
  f("max_query_series", {"500"}, "500");
  f("max_query_series", {"-1"}, "must not be negative: -1");
  f("ingestion_rate_mb", {"0.5"}, "0.5");
  f("reject_old_samples", {"false"}, "false");
  f("reject_old_samples", {"maybe"}, "not a boolean: \"maybe\"");
  f("shard_aggregations", {"approx_topk", "x"}, "[\"approx_topk\", \"x\"]");
  f("discover_service_name", {}, "[]");
}

TEST_CASE("limits are sorted by name, once each") {
  const auto& all = limit_fields();
  CHECK(std::adjacent_find(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name >= b.name; }) == all.end());
}
