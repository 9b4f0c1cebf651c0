#include <doctest/doctest.h>

#include "api/ingest/level.h"
#include "base/limits.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("level of a line (http-api.md §9.6.3 d, e)") {
  const LevelDetector detector(Limits().log_level_fields);
  const auto f = [&](std::string_view line, std::string_view want) {
    CAPTURE(line);
    CHECK(detector.from_line(line) == want);
  };
  // JSON: the first string member with a field's name, down to depth 2
  f(R"({"level":"error"})", "error");
  f(R"( {"ts":1,"lvl":"dbg"} )", "debug");
  f(R"({"level":"WARNING","msg":"info"})", "warn");
  f(R"({"msg":"an error","level":"info"})", "info");
  f(R"({"log":{"level":"warn"}})", "warn");
  f(R"({"msg":"fatal","a":{"b":{"level":"warn"}}})", "fatal");
  f(R"({"a":[{"level":"warn"}],"severity":"trc"})", "trace");
  f(R"({"text":"INFO | cache miss","level":{"name":"DEBUG"}})", "info");
  f(R"({"level":"custom"})", "unknown");
  f(R"({"level":"custom","lvl":"error"})", "error");
  f(R"({"level":"custom", "msg":"x"})", "unknown");
  f(R"({"level":30,"severity":"inf"})", "info");
  f(R"({"level":null,"msg":"fatal"})", "fatal");
  f(R"({"LoGlEvEl":"x","msg":"nothing"})", "unknown");
  f(R"({"Severity":"FATAL"})", "fatal");
  f(R"({"a":"\"level\":\"x\"","level":"info"})", "info");
  f(R"({"a":"x\\","level":"info"})", "info");
  f(R"({"broken":,"level":"nope"})", "unknown");
  f(R"({"level":"error)", "error");
  f("{}", "unknown");
  // logfmt: names in any case, their order in the list decides
  f("severity=info level=error", "error");
  f("LEVEL=debug x", "debug");
  f("ts=1 msg=\"an error\" level=info", "info");
  f("ts=1 msg=\"a \\\" level=error\" lvl=warn", "warn");
  f("level=7 error", "error");
  f("level=unknown", "unknown");
  f("severity=notice", "unknown");
  f("level= msg=error", "error");
  f("err=e", "error");
  f("\"level=inf", "unknown");
  // words
  f("ERROR first then INFO", "error");
  f("2026-03-14 12:00:00 [Error] x", "error");
  f("warning: w", "warn");
  f("(critical)", "critical");
  f("x\terr\ty", "error");
  f("misc:error", "unknown");
  f("error.", "unknown");
  f("no errors found", "unknown");
  f("stderr closed", "unknown");
  f("[trc] x", "unknown");
  f("debug", "debug");
  f("", "unknown");
}

TEST_CASE("level of labels and structured metadata (§9.6.3 b, c)") {
  const LevelDetector detector(Limits().log_level_fields);
  CHECK(detector.from_labels({{"severity", "Notice"}}) == "Notice");
  CHECK(detector.from_labels({{"lvl", "dbg"}, {"Level", "WRN"}}) == "warn");
  CHECK(detector.from_labels({{"app", "error"}}) == "");
  CHECK(detector.detect("", {{"severity", "err"}, {"level", "Alert"}}, "info") == "Alert");
  CHECK(detector.detect("warn", {{"level", "err"}}, "info") == "warn");
  CHECK(detector.detect("", {{"severity_text", "Error!"}, {"severity_number", "17"}}, "info") == "Error!");
  CHECK(detector.detect("", {{"severity_number", "17"}}, "info") == "error");
  CHECK(detector.detect("", {{"x", "error"}}, "info") == "info");
}

TEST_CASE("severity numbers") {
  const auto f = [](std::string_view text, std::string_view want) { CHECK(level_of_severity_number(text) == want); };
  f("1", "trace"), f("4", "trace"), f("5", "debug"), f("9", "info"), f("12", "info"), f("13", "warn"), f("20", "error"), f("24", "fatal");
  f("0", "unknown"), f("25", "unknown"), f("-1", "unknown"), f("x", "info"), f("1x", "info");
}
