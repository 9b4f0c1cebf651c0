#include "logql/template/alert_template.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace sleipnir;
using namespace sleipnir::logql;

namespace {

std::string render(std::string_view text, double value = 12.5) {
  const LabelSet labels{{"feature", "pay"}, {"instance", "db-1.example.com:5432"}}, external{{"region", "eu"}};
  auto compiled = AlertTemplate::compile("A", text);
  if (!compiled) return compiled.error().message;
  auto out = compiled->execute({.labels = labels, .value = value, .external_labels = external, .external_url = "http://x"});
  return out ? *out : out.error().message;
}

}  // namespace

TEST_CASE("alert templates see labels and value") {
  const auto f = [](std::string_view text, std::string_view want) { CHECK(render(text) == want); };
  f("plain", "plain");
  f("{{ $labels.feature }} {{ .Labels.feature }} {{ index $labels \"feature\" }}", "pay pay pay");
  f("[{{ $labels.missing }}]", "[]");
  f("{{ $value }} {{ .Value }} {{ printf \"%.2f\" $value }}", "12.5 12.5 12.50");
  f("{{ $externalLabels.region }} {{ $externalURL }}", "eu http://x");
  f("{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "feature=pay;instance=db-1.example.com:5432;");
  f("{{ if gt $value 10.0 }}many{{ else }}few{{ end }}", "many");
  f("{{ $labels.feature | toUpper }} {{ title \"a b\" }} {{ toLower \"X\" }}", "PAY A B x");
  f("{{ reReplaceAll \"(.*):.*\" \"$1\" $labels.instance }} {{ match \"db-[0-9]+\" $labels.instance }}", "db-1.example.com true");
  f("{{ stripPort $labels.instance }} {{ stripDomain $labels.instance }} {{ stripDomain \"10.0.0.1:80\" }} {{ stripPort \"[::1]:80\" }}", "db-1.example.com db-1:5432 10.0.0.1:80 ::1");
  f("{{ parseDuration \"1h30m\" }}", "5400");
}

TEST_CASE("numbers for people") {
  const auto f = [](std::string_view function, double value, std::string_view want) { CHECK(render("{{ $value | " + std::string(function) + " }}", value) == want); };
  f("humanize", 0, "0");
  f("humanize", 1, "1");
  f("humanize", 1234567, "1.235M");
  f("humanize", 0.001234, "1.234m");
  f("humanize", -23456, "-23.46k");
  f("humanize", INFINITY, "+Inf");
  f("humanize1024", 1048576, "1Mi");
  f("humanize1024", 0.5, "0.5");
  f("humanizeDuration", 0, "0s");
  f("humanizeDuration", 59.5, "59.5s");
  f("humanizeDuration", 60, "1m 0s");
  f("humanizeDuration", 3600, "1h 0m 0s");
  f("humanizeDuration", 90061, "1d 1h 1m 1s");
  f("humanizeDuration", -90061, "-1d 1h 1m 1s");
  f("humanizeDuration", 0.05, "50ms");
  f("humanizePercentage", 0.1234567, "12.35%");
  f("humanizeTimestamp", 1435065584.128, "2015-06-23 13:19:44.128 +0000 UTC");
  f("humanizeTimestamp", NAN, "NaN");
}

TEST_CASE("mistakes in alert templates are Go's") {
  const auto f = [](std::string_view text, std::string_view want) {
    const std::string got = render(text);
    CHECK_MESSAGE(got.find(want) != got.npos, got);
  };
  f("{{ $labels.x", "template: __alert_A:1: unclosed action");
  f("{{ lower $labels.x }}", "function \"lower\" not defined");
  f("{{ $nope }}", "undefined variable \"$nope\"");
  f("{{ humanize \"abc\" }}", "error calling humanize: strconv.ParseFloat: parsing \"abc\": invalid syntax");
}
