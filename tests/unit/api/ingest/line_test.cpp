// JSON lines: times, fields, mapping.
#include <doctest/doctest.h>

#include "api/ingest/line_fields.h"
#include "api/ingest/line_mapping.h"
#include "api/ingest/line_time.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("times of lines") {
  const auto f = [](std::string_view text, std::string_view want) {
    CAPTURE(text);
    const auto time = parse_line_time(text);
    CHECK((time ? format_rfc3339(*time, true) : "none") == want);
  };
  f("2026-11-21T13:42:00.482Z", "2026-11-21T13:42:00.482Z");
  f("2026-11-21T13:42:00Z", "2026-11-21T13:42:00Z");
  f("2026-11-21T13:42:00.123456789+01:00", "2026-11-21T12:42:00.123456789Z");
  f("2026-11-21 13:42:00,482", "2026-11-21T13:42:00.482Z");
  f("2026-11-21T13:42:00.5+0130", "2026-11-21T12:12:00.5Z");
  f("2026-11-21 13:42:00-02", "2026-11-21T15:42:00Z");
  f("2026-11-21 13:42:00 UTC", "2026-11-21T13:42:00Z");
  f("2026-11-21t13:42:00z", "2026-11-21T13:42:00Z");
  f("1795268520", "2026-11-21T13:42:00Z");
  f("1795268520.25", "2026-11-21T13:42:00.25Z");
  f("1795268520250", "2026-11-21T13:42:00.25Z");
  f("1795268520250.5", "2026-11-21T13:42:00.2505Z");
  f("1795268520250001", "2026-11-21T13:42:00.250001Z");
  f("1795268520250000001", "2026-11-21T13:42:00.250000001Z");
  f("0", "1970-01-01T00:00:00Z");
  for (const auto* bad : {"", "12ms", "-5", "1e9", "2026-11-21", "2026-13-01T00:00:00Z", "99999999999999999999", "1795268520.", "1.2.3", "tomorrow", "2026-11-21T13:42:00+1:2:3"}) f(bad, "none");
}

TEST_CASE("fields of lines") {
  const auto f = [](std::string_view line, std::string_view want) {
    LineFields fields({"service.name", "level", "n"});
    CAPTURE(line);
    const auto read = fields.read(line);
    CHECK((read ? fields.text(0) + "|" + fields.text(1) + "|" + fields.text(2) : "refused") == want);
  };
  f(R"({"level":"info","n":12.50,"service.name":"a"})", "a|info|12.50");
  f(R"( {"service":{"name":"a","x":{"level":"no"}},"n":true} )", "a||true");
  f(R"({"service":{"name":"first"},"service.name":"second"})", "first||");
  f(R"({"level":"a\u0020\"b\"","service":"flat"})", "|a \"b\"|");
  f(R"({"level":null,"n":[1],"service":{"name":{}}})", "||");
  f("{}", "||");
  for (const auto* bad : {"", "[]", "x", "{", R"({"a":1)", R"({"a":1}x)", R"({"a":1}{})", R"({"a":})", "{'a':1}", "null"}) f(bad, "refused");
}

TEST_CASE("mapping") {
  const auto f = [](Pairs params, std::string_view want) {
    Request request;
    request.params = std::move(params);
    const auto mapping = read_line_mapping(request);
    std::string text = mapping ? "" : mapping.error().message;
    if (mapping) {
      for (const auto& l : mapping->labels) text += l.name + "<-" + l.path + " ";
      for (const auto& l : mapping->constants) text += l.name + "=" + l.value + " ";
      for (const auto& t : mapping->times) text += "@" + t + " ";
      text += mapping->time_must_parse ? "must" : "may";
    }
    CHECK(text == want);
  };
  f({{"label", "service,level"}, {"label", "svc=service.name"}, {"time", "t"}}, "service<-service level<-level svc<-service.name @t must");
  f({{"_stream_fields", "k8s.pod"}, {"_time_field", "_t"}, {"extra_fields", "env=a=b"}}, "k8s_pod<-k8s.pod env=a=b @_t must");
  f({{"label", "a"}}, "a<-a @@timestamp @timestamp @time @ts may");
  f({{"label", "=x"}}, "label: FIELD or NAME=FIELD is expected, not \"=x\"");
  f({{"extra_label", "x"}}, "extra_label: NAME=VALUE is expected, not \"x\"");
  f({{"label", [] { std::string many = "a"; for (int i = 0; i < 50; ++i) many += ",b"; return many; }()}}, "at most 50 fields can be mapped");
}
