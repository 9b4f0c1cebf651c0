#include <doctest/doctest.h>
#include <snappy.h>

#include <map>
#include <set>

#include "api/ingest/otlp.h"
#include "api/ingest/push.h"
#include "api/http/split.h"

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

/// Keeps what it is given, and refuses what the test tells it to.
class MemoryStore : public storage::Store {
 public:
  Result<storage::AppendReport> append(const std::string&, std::vector<StreamEntries> streams, const storage::AppendOptions& options) override {
    storage::AppendReport report;
    for (size_t s = 0; s < streams.size(); ++s) {
      const std::string name = streams[s].labels.to_string();
      const bool known = newest.contains(name);
      if (!known && options.max_streams && newest.size() >= options.max_streams) {
        report.refused.push_back({s, 0, storage::Refused::Why::kTooManyStreams});
        continue;
      }
      for (size_t e = 0; e < streams[s].entries.size(); ++e) {
        const Entry& entry = streams[s].entries[e];
        Nanos& latest = newest.try_emplace(name, entry.timestamp).first->second;
        const Nanos oldest = latest - options.out_of_order_window;
        if (options.out_of_order_window && entry.timestamp < oldest) {
          report.refused.push_back({s, e, storage::Refused::Why::kTooFarBehind, oldest});
          continue;
        }
        latest = std::max(latest, entry.timestamp);
        stored += name + " " + std::to_string(entry.timestamp) + " " + std::string(entry.line).substr(0, 80) + " " + entry.metadata.to_string() + "\n";
      }
    }
    return report;
  }
  Result<void> flush() override { return {}; }
  Result<uint64_t> erase(const storage::EraseRequest&) override { return 0; }
  Result<uint64_t> expire(const std::string&, Nanos) override { return 0; }
  storage::StoreStats stats() const override { return {}; }
  std::vector<std::string> tenants() const override { return {}; }
  void close() override {}
  Result<std::unique_ptr<BatchReader>> scan(const ScanRequest&) override { return invalid(""); }
  Result<std::vector<const Stream*>> streams(const std::string&, const std::vector<Matcher>&, Nanos, Nanos) override { return invalid(""); }
  Result<IndexStats> index_stats(const std::string&, const std::vector<Matcher>&, Nanos, Nanos) override { return invalid(""); }

  std::map<std::string, Nanos> newest;
  std::string stored;
};

constexpr std::string_view kTime = "1777881600000000000";

Limits lenient() {
  Limits limits;
  limits.reject_old_samples = false;
  limits.schema_start = Limits::roomy().schema_start;
  limits.ingestion_rate_mb = 0;
  limits.per_stream_rate_limit = 0;
  return limits;
}

struct Server {
  Limits limits = lenient();
  MemoryStore store;
  IngestMetrics metrics;
  std::string tenant = "fake";

  PushOutcome push(PushRequestView request) { return handle_push(store, tenant, limits, request, metrics); }
  PushOutcome json(const std::string& body) { return push({body, "application/json", "", false}); }
  /// Pushes one entry given as JSON elements behind the time.
  PushOutcome entry(const std::string& labels, const std::string& rest, std::string_view time = kTime) {
    return json(R"({"streams":[{"stream":)" + labels + R"(,"values":[[")" + std::string(time) + "\"," + rest + "]]}]}");
  }
};

std::string field(int number, std::string_view bytes) {
  REQUIRE(bytes.size() < 128);
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())}.append(bytes);
}

/// A push in protobuf, snappy-compressed: one stream, one entry at one second.
std::string proto(std::string_view labels, std::string_view line) {
  std::string message = field(1, field(1, labels) + field(2, field(1, std::string("\x08\x01", 2)) + field(2, line))), out;
  snappy::Compress(message.data(), message.size(), &out);
  return out;
}

}  // namespace

TEST_CASE("what is stored of a push") {
  const auto f = [](const std::string& labels, const std::string& rest, std::string_view want) {
    Server server;
    CAPTURE(labels);
    CAPTURE(rest);
    CHECK(server.entry(labels, rest).status == 204);
    CHECK(server.store.stored == std::string(want) + "\n");
  };
  f(R"({"a":"1"})", R"("x")", R"({a="1", service_name="unknown_service"} 1777881600000000000 x {detected_level="unknown"})");
  f(R"({"job":"j","app":"p"})", R"("x")", R"({app="p", job="j", service_name="p"} 1777881600000000000 x {detected_level="unknown"})");
  f(R"({"service_name":"s","empty":""})", R"("x")", R"({service_name="s"} 1777881600000000000 x {detected_level="unknown"})");
  f(R"({"level":"WARN","app":"p"})", R"("error")", R"({app="p", level="WARN", service_name="p"} 1777881600000000000 error {detected_level="warn"})");
  f(R"({"app":"p"})", R"("x",{"detected_level":"ERR","a.b":"1"})", R"({app="p", service_name="p"} 1777881600000000000 x {a_b="1", detected_level="error"})");
  f(R"({"app":"p"})", R"("level=info",{"severity":"Notice"})", R"({app="p", service_name="p"} 1777881600000000000 level=info {detected_level="Notice", severity="Notice"})");
  f(R"({"__aggregated_metric__":"p"})", R"("error")", R"({__aggregated_metric__="p"} 1777881600000000000 error {})");
}

TEST_CASE("what is refused, and that the rest is stored (http-api.md §9.5)") {
  const auto f = [](Limits limits, const std::string& labels, const std::string& rest, const std::string& want, std::string_view time = kTime) {
    Server server;
    server.limits = std::move(limits);
    const std::string good = R"({"stream":{"app":"good"},"values":[["1","y"]]})";
    const auto outcome = server.json(R"({"streams":[{"stream":)" + labels + R"(,"values":[[")" + std::string(time) + "\"," + rest + "]]}," + good + "]}");
    CHECK(outcome.status == 400);
    CHECK(outcome.message == want + "\n");
    CHECK(server.store.stored == "{app=\"good\", service_name=\"good\"} 1 y {detected_level=\"unknown\"}\n");
    CHECK(server.metrics.failed_requests == 1);
  };
  Limits limits = lenient();
  limits.max_label_names_per_series = 1;
  f(limits, R"({"app":"p","b":"2"})", R"("x")", R"(entry for stream '{app="p", b="2", service_name="p"}' has 2 label names; limit 1)");
  limits = lenient();
  limits.max_label_name_length = 12;
  f(limits, R"({"abcdefghijklm":"p"})", R"("x")", R"(stream '{abcdefghijklm="p", service_name="unknown_service"}' has label name too long: 'abcdefghijklm')");
  limits = lenient();
  limits.max_label_value_length = 15;
  f(limits, R"({"a":"0123456789012345"})", R"("x")", R"(stream '{a="0123456789012345", service_name="unknown_service"}' has label value too long: '0123456789012345')");
  limits = lenient();
  limits.max_line_size = 3;
  f(limits, R"({"a":"1"})", R"("four")", R"(max entry size '3' bytes exceeded for stream '{a="1", service_name="unknown_service"}' while adding an entry with length '4' bytes)");
  limits = lenient();
  limits.max_structured_metadata_size = 5;
  f(limits, R"({"a":"1"})", R"("x",{"ab":"cdef"})", R"(stream '{a="1", service_name="unknown_service"}' has structured metadata too large: '6' bytes, limit: '5' bytes. Please see `limits_config.max_structured_metadata_size` or contact your Loki administrator to increase it)");
  limits = lenient();
  limits.max_structured_metadata_entries_count = 1;
  f(limits, R"({"a":"1"})", R"("x",{"a":"1","b":"2"})", R"(stream '{a="1", service_name="unknown_service"}' has too many structured metadata labels: '2', limit: '1'. Please see `limits_config.max_structured_metadata_entries_count` or contact your Loki administrator to increase it)");
  limits = lenient();
  limits.enforced_labels = {"app", "team", "x"};
  Server server;
  server.limits = limits;
  CHECK(server.entry(R"({"app":"p"})", R"("x")").message == "missing required labels 'team,x' for user 'fake' for stream '{app=\"p\", service_name=\"p\"}' (policy: '')\n");
}

TEST_CASE("times are checked against the clock") {
  Server server;
  server.limits.reject_old_samples = true;
  server.limits.out_of_order_window = 0;
  const auto starts = [&](Nanos time, const std::string& want) {
    const auto outcome = server.entry(R"({"a":"1"})", R"("x")", std::to_string(time));
    CAPTURE(outcome.message);
    CHECK(outcome.message.starts_with(want));
    CHECK(outcome.status == (want.empty() ? 204 : 400));
  };
  const Nanos present = now();
  starts(present + 9 * kMinute, "");
  starts(present - 7 * kDay + kMinute, "");
  const Nanos old = present - 8 * kDay, future = present + 11 * kMinute;
  starts(old, "entry for stream '{a=\"1\", service_name=\"unknown_service\"}' has timestamp too old: " + format_rfc3339(old, false) + ", oldest acceptable timestamp is: ");
  starts(future, "entry for stream '{a=\"1\", service_name=\"unknown_service\"}' has timestamp too new: " + format_rfc3339(future, false) + "\n");
}

TEST_CASE("the last nanosecond is refused: no query would find it") {
  Server server;
  server.limits.creation_grace_period = 0;
  CHECK(server.entry(R"({"a":"1"})", R"("x")", std::to_string(INT64_MAX - 1)).status == 204);
  CHECK(server.entry(R"({"a":"1"})", R"("x")", std::to_string(INT64_MAX)).status == 400);
}

TEST_CASE("joined messages") {
  Server server;
  server.limits.max_line_size = 1;
  const std::string fault = "max entry size '1' bytes exceeded for stream '{a=\"1\", service_name=\"unknown_service\"}' while adding an entry with length '";
  const auto outcome = server.json(R"({"streams":[{"stream":{"a":"1"},"values":[["1","xx"],["2","y"],["3","xx"],["4","xxx"]]}]})");
  CHECK(outcome.message == "2 errors like: " + fault + "2' bytes; 1 errors like: " + fault + "3' bytes\n");
  CHECK(server.store.stored == "{a=\"1\", service_name=\"unknown_service\"} 2 y {detected_level=\"unknown\"}\n");
  CHECK(server.metrics.line_too_long == 3);
}

TEST_CASE("a message is bounded") {
  Server server;
  server.limits.max_line_size = 1;
  std::string values;
  for (int i = 0; i < 1002; ++i) values += (i ? "," : "") + std::string(R"(["1",")") + std::string(i + 2, 'x') + "\"]";
  const auto outcome = server.json(R"({"streams":[{"stream":{"a":"1"},"values":[)" + values + R"(,["1","xx"]]}]})");
  CHECK(outcome.message.starts_with("1 errors like: "));
  CHECK(outcome.message.find("; 2 errors like: ") != std::string::npos);
  CHECK(outcome.message.ends_with("bytes; 2 other errors\n"));
}

TEST_CASE("long lines can be cut, equal times can be moved apart") {
  Server server;
  server.limits.max_line_size = 4;
  server.limits.max_line_size_truncate = true;
  server.limits.max_line_size_truncate_identifier = "~";
  server.limits.increment_duplicate_timestamp = true;
  server.limits.discover_log_levels = false;
  CHECK(server.json(R"({"streams":[{"stream":{"app":"p"},"values":[["7","abcdef"],["7","b"],["7","b"],["7","c"]]}]})").status == 204);
  const std::string stream = "{app=\"p\", service_name=\"p\"} ";
  CHECK(server.store.stored == stream + "7 abc~ {}\n" + stream + "8 b {}\n" + stream + "7 b {}\n" + stream + "8 c {}\n");
}

TEST_CASE("requests that fail as a whole") {
  const auto f = [](PushRequestView request, int status, std::string_view want) {
    Server server;
    const auto outcome = server.push(request);
    CHECK(outcome.status == status);
    CHECK(outcome.message == std::string(want) + "\n");
    CHECK(server.store.stored.empty());
  };
  const std::string body = R"({"streams":[{"stream":{"a":"b"},"values":[["1","x"]]}]})";
  f({body, "", "", false}, 400, "mime: no media type");
  f({body, "text/plain", "", false}, 400, "snappy: corrupt input");
  f({body, "application/json", "gzip", false}, 400, "gzip: invalid header");
  f({body, "application/json", "zstd", false}, 400, "Content-Encoding \"zstd\" not supported");
  f({body, "application/json;bad", "", false}, 400, "mime: invalid media parameter");
  f({"", "application/json", "", false}, 400, "EOF");
  f({"{}", "application/json", "", false}, 422, "error at least one valid stream is required for ingestion");
  f({std::string_view("\0", 1), "application/x-protobuf", "snappy", false}, 422, "error at least one valid stream is required for ingestion");
  f({"\x03\x08\xff\xff\xff", "application/x-protobuf", "", false}, 400, "unexpected EOF");
  f({R"({"streams":[{"stream":{"a":"b"},"values":[["1","x",{"-":"x"}]]}]})", "application/json", "", false}, 500,
    "normalization for label name \"-\" resulted in invalid name \"_\"");
  const std::string bad = R"({"streams":[{"stream":{"a":"b"},"values":[["1","x"]]},{"stream":{"bad-name":"b"},"values":[["1","x"]]}]})";
  f({bad, "application/json", "", false}, 400, "couldn't parse labels: 1:5: parse error: unexpected character inside braces: '-'");
  Server server;
  CHECK(server.push({body, "application/json; charset=utf-8", "snappy", false}).status == 204);
  CHECK(server.json(R"({"streams":[{"stream":{"a":"b"},"values":[]}]})").status == 204);
}

TEST_CASE("protobuf pushes") {
  const auto f = [](std::string_view labels, int status, std::string_view want) {
    Server server;
    const auto outcome = server.push({proto(labels, "x"), "application/x-protobuf", "", false});
    CAPTURE(labels);
    CHECK(outcome.status == status);
    CHECK((status == 204 ? server.store.stored : outcome.message) == std::string(want) + "\n");
  };
  f(R"({a="1", b="x\"y"})", 204, R"({a="1", b="x\"y", service_name="unknown_service"} 1000000000 x {detected_level="unknown"})");
  f("", 204, R"({service_name="unknown_service"} 1000000000 x {detected_level="unknown"})");
  f(R"({a="x", a="leg"})", 400, R"(stream '{a="x", a="leg", service_name="unknown_service"}' has duplicate label name: 'a')");
}

TEST_CASE("an entry without a time has no place") {
  Server server;
  const auto outcome = server.json(R"({"streams":[{"stream":{"app":"a"},"values":[[],["1","x"]]}]})");
  CHECK(outcome.status == 500);
  CHECK(outcome.message == "rpc error: code = Unknown desc = failed to create stream: no schema config found for time -6795364578.871\n");
  CHECK(server.store.stored == "{app=\"a\", service_name=\"a\"} 1 x {detected_level=\"unknown\"}\n");
}

TEST_CASE("a stream does not begin before the schema") {
  const auto f = [](std::string_view times, int status, std::string_view want) {
    Server server;
    server.limits.schema_start = Limits::loki().schema_start;
    std::string entries;
    each_part(times, ',', [&](std::string_view time) { entries += (entries.empty() ? R"([")" : R"(,[")") + std::string(time) + R"(","x"])"; });
    const auto outcome = server.json(R"({"streams":[{"stream":{"app":"a"},"values":[)" + entries + "]}]}");
    CAPTURE(times);
    CHECK(outcome.status == status);
    CHECK(outcome.message == (want.empty() ? "" : "rpc error: code = Unknown desc = failed to create stream: no schema config found for time " + std::string(want) + "\n"));
    CHECK(server.store.stored.empty() == (status != 204));
  };
  f("1603497600000000000", 204, "");
  f("1603497599999999999", 500, "1603497599.999");
  f("1777881600000000000,1500000000000000000", 500, "1500000000");
  f("0", 500, "0");
  f("-5000000", 500, "-0.005");
}

TEST_CASE("entries too far behind") {
  Server server;
  CHECK(server.entry(R"({"app":"a"})", R"("new")", "1777888799000000000").status == 204);
  const auto outcome = server.json(R"({"streams":[{"stream":{"app":"a"},"values":[["1777881599000000001","x"],["1777888799000000001","y"]]}]})");
  CHECK(outcome.status == 400);
  CHECK(outcome.message == "entry with timestamp 2026-05-04 07:59:59.000000001 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: "
                           "2026-05-04T07:59:59Z, oldest acceptable timestamp is: 2026-05-04T08:59:59Z',\n"
                           "user 'fake', total ignored: 1 out of 2 for stream: {app=\"a\", service_name=\"a\"}\n");
  CHECK(server.metrics.too_far_behind == 1);
}

TEST_CASE("too many streams") {
  Server server;
  server.limits.max_global_streams_per_user = 1;
  CHECK(server.entry(R"({"app":"a"})", R"("x")").status == 204);
  const auto outcome = server.entry(R"({"app":"b"})", R"("x")");
  CHECK(outcome.status == 429);
  CHECK(outcome.message == "maximum active stream limit exceeded when trying to create stream {app=\"b\", service_name=\"b\"}, reduce the number of active "
                           "streams (reduce labels or reduce label values), or contact your Loki administrator to see if the limit can be increased, user: 'fake'\n");
}

TEST_CASE("rate limits") {
  Server server;
  server.tenant = "rate";
  server.limits.ingestion_rate_mb = 1.0 / (1 << 20);
  server.limits.ingestion_burst_size_mb = 10.0 / (1 << 20);
  CHECK(server.entry(R"({"app":"a"})", R"("12345",{"ab":"cd"})").status == 204);
  auto outcome = server.entry(R"({"app":"a"})", R"("1234")");
  CHECK(outcome.status == 429);
  CHECK(outcome.message == "ingestion rate limit exceeded for user rate (limit: 1 bytes/sec) while attempting to ingest '1' lines totaling '4' bytes, "
                           "reduce log volume or contact your Loki administrator to see if the limit can be increased\n");
  server.limits.ingestion_rate_mb = 0;
  server.limits.per_stream_rate_limit = 3 << 20;
  server.limits.per_stream_rate_limit_burst = 2000;
  CHECK(server.entry(R"({"app":"slow"})", "\"" + std::string(1500, 'x') + "\"").status == 204);
  server.limits.per_stream_rate_limit_burst = 80;
  server.store.stored.clear();
  outcome = server.json(R"({"streams":[{"stream":{"app":"fast"},"values":[["1",")" + std::string(90, 'x') + R"("]]},{"stream":{"app":"ok"},"values":[["1","y"]]}]})");
  CHECK(outcome.status == 429);
  CHECK(outcome.message == "entry with timestamp 1970-01-01 00:00:00.000000001 +0000 UTC ignored, reason: 'Per stream rate limit exceeded (limit: 3MB/sec) while "
                           "attempting to ingest for stream '{app=\"fast\", service_name=\"fast\"}' totaling 90B, consider splitting a stream via additional labels "
                           "or contact your Loki administrator to see if the limit can be increased',\n"
                           "user 'rate', total ignored: 1 out of 1 for stream: {app=\"fast\", service_name=\"fast\"}\n");
  CHECK(server.store.stored == "{app=\"ok\", service_name=\"ok\"} 1 y {detected_level=\"unknown\"}\n");
}
