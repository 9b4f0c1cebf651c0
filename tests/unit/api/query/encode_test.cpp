#include "api/query/encode.h"

#include <doctest/doctest.h>

#include "api/query/encode_stats.h"
#include "nlohmann/json.hpp"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const auto& p : pieces) out += p;
  return out;
}

}  // namespace

TEST_CASE("seconds") {
  const auto f = [](Nanos time, std::string_view want) {
    std::string out;
    append_seconds(out, time);
    CHECK(out == want);
  };
  f(1795259536 * kSecond, "1795259536");
  f(1795259536 * kSecond + 500 * kMillisecond, "1795259536.5");
  f(1795259536 * kSecond + 827 * kMillisecond, "1795259536.827");
  f(1795259536 * kSecond + 820 * kMillisecond, "1795259536.82");
  f(1795259536 * kSecond + 7 * kMillisecond, "1795259536.007");
  f(999'999, "0");
  f(-1500 * kMillisecond, "-1.5");
  f(INT64_MIN, "-9223372036.854");
}

TEST_CASE("streams: grouped by labels, sorted by label string") {
  const LabelSet b{{"app", "b"}}, a{{"app", "a<"}}, metadata{{"m", "1"}}, parsed{{"p", "<2>"}}, none;
  const auto f = [&](bool categorize, std::string_view want) {
    StreamsEncoder encoder(categorize);
    encoder.add({2, "x<y", &b, &b, &metadata, &parsed});
    encoder.add({1, "\x1b", &a, &a, &none, &none});
    encoder.add({1, "z", &b, &b, &none, &parsed});
    CHECK(encoder.entries() == 3);
    std::vector<std::string> body;
    encoder.finish(body);
    CHECK(joined(body) == want);
  };
  f(false, R"([{"stream":{"app":"a<"},"values":[["1","\u001b"]]},{"stream":{"app":"b"},"values":[["2","x\u003cy"],["1","z"]]}])");
  f(true, R"([{"stream":{"app":"a<"},"values":[["1","\u001b",{}]]},{"stream":{"app":"b"},"values":[["2","x\u003cy",)"
          R"({"structuredMetadata":{"m":"1"},"parsed":{"p":"<2>"}}],["1","z",{"parsed":{"p":"<2>"}}]]}])");
}

TEST_CASE("large streams are pieces of their own") {
  const LabelSet labels{{"a", "b"}}, none;
  const std::string line(100'000, 'x');
  StreamsEncoder encoder(false);
  for (int i = 0; i < 10; ++i) encoder.add({i, line, &labels, &labels, &none, &none});
  std::vector<std::string> body;
  encoder.finish(body);
  CHECK(body.size() > 1);
  const auto json = nlohmann::json::parse(joined(body));
  CHECK(json[0]["values"].size() == 10);
  CHECK(json[0]["values"][9][1] == line);
}

TEST_CASE("metric answers") {
  const auto f = [](const logql::MetricResult& result, MetricForm form, std::string_view want) {
    Response response;
    ScanStats stats;
    answer_metric(response, result, form, stats, 0);
    const std::string text = joined(response.body);
    CHECK(text.substr(0, text.find(",\"stats\"")) == want);
    CHECK(nlohmann::json::accept(text));
  };
  const std::vector<logql::Series> series = {{{{"a", "<"}}, {{kSecond, 1}, {1500 * kMillisecond, 0.1}}}, {{}, {{kSecond, -2}}}};
  f({.series = series}, MetricForm::kMatrix,
    R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"<"},"values":[[1,"1"],[1.5,"0.1"]]},{"metric":{},"values":[[1,"-2"]]}])");
  f({.series = series}, MetricForm::kVector,
    R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"\u003c"},"value":[1.5,"0.1"]},{"metric":{},"value":[1,"-2"]}])");
  f({.scalar = true, .series = {{{}, {{5 * kSecond, 2}}}}}, MetricForm::kScalar, R"({"status":"success","data":{"resultType":"scalar","result":[5000,"2"])");
  f({}, MetricForm::kMatrix, R"({"status":"success","data":{"resultType":"matrix","result":[])");
}

TEST_CASE("warnings follow the data of a metric answer") {
  Response response;
  ScanStats stats;
  answer_metric(response, {.warnings = {"part"}}, MetricForm::kVector, stats, 0);
  CHECK(joined(response.body).ends_with("}},\"warnings\":[\"part\"]}"));
}

TEST_CASE("stats have every key") {
  ScanStats stats;
  stats.bytes = 100;
  stats.rows = 10;
  stats.head_bytes = 40;
  std::string out;
  append_stats(out, stats, 0.5, 3);
  const auto json = nlohmann::json::parse(out);
  CHECK(json["summary"]["bytesProcessedPerSecond"] == 200);
  CHECK(json["summary"]["totalEntriesReturned"] == 3);
  CHECK(json["querier"]["store"]["chunk"]["decompressedBytes"] == 60);
  for (const char* key : {"chunk", "index", "result", "statsResult", "volumeResult", "seriesResult", "labelResult", "instantMetricResult", "logResult", "taskResult"})
    CHECK(json["cache"][key]["queryLengthServed"] == 0);
  CHECK(json["ingester"]["store"]["dataobj"].size() == 14);
  CHECK(json["index"]["usedBloomFilters"] == false);
}
