#include <doctest/doctest.h>
#include <snappy.h>

#include <nlohmann/json.hpp>
#include <protozero/pbf_reader.hpp>

#include "rules/alertmanager_message.h"
#include "rules/remote_write_message.h"
#include "rules/url.h"

using namespace sleipnir;
using namespace sleipnir::rules;

TEST_CASE("alerts as an Alertmanager reads them") {
  const AlertLinks links{.external_labels = {{"a", "external"}, {"region", "eu"}}, .external_url = "http://g", .datasource_uid = "u"};
  Notification firing{.alert = {.state = AlertState::kFiring, .labels = {{"a", "own \"x\""}}, .annotations = {{"t", "l\n2"}}, .fired_at = kSecond, .valid_until = 3 * kSecond}, .expr = "1 < 2"};
  Notification resolved = firing;
  resolved.alert.state = AlertState::kInactive;
  resolved.alert.resolved_at = 2 * kSecond + 1;
  const auto messages = alertmanager_messages("t", {firing, resolved}, links);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].items == 2);
  CHECK(messages[0].tenant == "t");
  const auto json = nlohmann::json::parse(*messages[0].body);
  CHECK(json[0]["labels"] == nlohmann::json{{"a", "own \"x\""}, {"region", "eu"}});
  CHECK(json[0]["annotations"]["t"] == "l\n2");
  CHECK(json[0]["startsAt"] == "1970-01-01T00:00:01Z");
  CHECK(json[0]["endsAt"] == "1970-01-01T00:00:03Z");
  CHECK(json[1]["endsAt"] == "1970-01-01T00:00:02.000000001Z");
  CHECK(json[0]["generatorURL"] == "http://g/explore?left=%7B%22queries%22%3A%5B%7B%22expr%22%3A%221+%5Cu003c+2%22%2C%22queryType%22%3A%22range%22%2C%22datasource%22%3A%7B%22type%22%3A%22loki%22%2C%22uid%22%3A%22u%22%7D%7D%5D%7D");
}

TEST_CASE("many alerts are several messages") {
  const auto f = [](size_t alerts, size_t want) {
    const auto messages = alertmanager_messages("t", std::vector<Notification>(alerts), {});
    size_t items = 0;
    for (const Message& m : messages) items += nlohmann::json::parse(*m.body).size();
    CHECK(messages.size() == want);
    CHECK(items == alerts);
  };
  f(0, 0);
  f(256, 1);
  f(257, 2);
}

TEST_CASE("samples as remote write") {
  const auto messages = remote_write_messages("t", {{{{"__name__", "r"}, {"a", "b"}}, 1.5}, {{{"__name__", "s"}}, -2}}, 1234567890123 * kMillisecond + 999);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].items == 2);
  std::string request, shown;
  REQUIRE(snappy::Uncompress(messages[0].body->data(), messages[0].body->size(), &request));
  protozero::pbf_reader all(request);
  while (all.next(1)) {
    protozero::pbf_reader series = all.get_message();
    while (series.next()) {
      const bool label = series.tag() == 1;
      protozero::pbf_reader pair = series.get_message();
      if (label) {
        while (pair.next()) shown += pair.get_string() + ' ';
      } else {
        while (pair.next()) shown += pair.tag() == 1 ? std::to_string(pair.get_double()) + '@' : std::to_string(pair.get_int64()) + "; ";
      }
    }
  }
  CHECK(shown == "__name__ r a b 1.500000@1234567890123; __name__ s -2.000000@1234567890123; ");
  CHECK(remote_write_messages("t", std::vector<VectorSample>(2001), 0).size() == 2);
}

TEST_CASE("addresses of receivers") {
  const auto f = [](const std::string& text, std::string_view want) {
    const auto url = parse_url(text);
    CHECK((url.ok() ? url->server + " " + url->path + " " + url->user + " " + url->password : url.error().message) == want);
  };
  f("http://a:1", "http://a:1 /  ");
  f("https://a/b?c=d", "https://a /b?c=d  ");
  f("http://u:p%40%zz@[::1]:9/x@y", "http://[::1]:9 /x@y u p@%zz");
  f("http://u@a?x", "http://a /?x u ");
  f("a:1", "a:1: not an http URL");
  f("ftp://u:secret@a", "ftp://a: not an http URL");
  f("http://u:secret@/", "http:///: no host");
  f("", ": not an http URL");
}
