#include "api/config/config_ruler.h"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("Loki's ruler section is understood") {
  rules::Options o;
  std::vector<std::string> warnings;
  const auto done = read_ruler_section(YAML::Load(R"(
alertmanager_url: "http://a:9093, http://b:9093"
alertmanager_client: {basic_auth_username: u, basic_auth_password: p}
notification_timeout: 5s
notification_queue_capacity: 7
evaluation_interval: 15s
poll_interval: 2m
resend_delay: 90s
for_outage_tolerance: 1d
external_url: https://grafana/
external_labels: {cluster: c}
datasource_uid: uid
enable_api: false
enable_sharding: false
ring: {kvstore: {store: inmemory}}
rule_path: /tmp/rules
wal: {dir: /ruler-wal}
storage: {type: local, local: {directory: /etc/rules}}
remote_write:
  enabled: true
  clients:
    one: {url: "http://m:9090/api/v1/write", remote_timeout: 10s, headers: {X-A: b}, basic_auth: {username: x, password: y}}
    two: {url: "http://n/write", queue_config: {capacity: 1}}
)"), o, warnings);
  REQUIRE_MESSAGE(done.ok(), done.error().message);
  CHECK(o.alertmanager_urls == std::vector<std::string>{"http://a:9093", "http://b:9093"});
  CHECK(o.alertmanager_client.user == "u");
  CHECK(o.alertmanager_client.password == "p");
  CHECK(o.alertmanager_client.timeout == 5 * kSecond);
  CHECK(o.notification_queue_capacity == 7);
  CHECK(o.evaluation_interval == 15 * kSecond);
  CHECK(o.poll_interval == 2 * kMinute);
  CHECK(o.resend_delay == 90 * kSecond);
  CHECK(o.for_outage_tolerance == kDay);
  CHECK(o.external_url == "https://grafana");
  CHECK(o.external_labels == LabelSet{{"cluster", "c"}});
  CHECK(o.datasource_uid == "uid");
  CHECK_FALSE(o.enable_api);
  CHECK(o.local_directory == "/etc/rules");
  REQUIRE(o.remote_write.size() == 2);
  CHECK(o.remote_write[0].url == "http://m:9090/api/v1/write");
  CHECK(o.remote_write[0].timeout == 10 * kSecond);
  CHECK(o.remote_write[0].user == "x");
  CHECK(o.remote_write[0].headers == std::vector<std::pair<std::string, std::string>>{{"X-A", "b"}});
  CHECK(o.remote_write[1].timeout == kRemoteWriteTimeout);
  CHECK(warnings == std::vector<std::string>{"unknown key in the configuration file: line 23: ruler.remote_write.clients.two.queue_config"});
}

TEST_CASE("mistakes in the ruler section are named") {
  const auto f = [](const char* yaml, std::string_view want) {
    rules::Options options;
    std::vector<std::string> warnings;
    const auto done = read_ruler_section(YAML::Load(yaml), options, warnings);
    REQUIRE_FALSE(done.ok());
    CHECK_MESSAGE(done.error().message.starts_with(want), done.error().message);
  };
  f("[a]", "line 1: ruler: a mapping is expected");
  f("enable_api: perhaps", "line 1: ruler.enable_api: a boolean is expected");
  f("evaluation_interval: soon", "line 1: ruler.evaluation_interval: ");
  f("resend_delay: 0s", "line 1: ruler.resend_delay: must be positive");
  f("notification_queue_capacity: none", "line 1: ruler.notification_queue_capacity: a positive number is expected");
  f("storage: {local: dir}", "line 1: ruler.storage.local: a mapping is expected");
  f("remote_write: {client: {url: [a]}}", "line 1: ruler.remote_write.client.url: a text is expected");
}

TEST_CASE("remote write can be switched off") {
  rules::Options options;
  std::vector<std::string> warnings;
  REQUIRE(read_ruler_section(YAML::Load("remote_write: {enabled: false, client: {url: 'http://a'}}"), options, warnings).ok());
  CHECK(options.remote_write.empty());
}

TEST_CASE("the section that is shown has no passwords") {
  rules::Options options;
  options.alertmanager_urls = {"http://u:secret@a", "http://b"};
  options.remote_write = {{.url = "http://u:secret@c/write", .password = "secret"}};
  const std::string shown = ruler_yaml(options);
  CHECK(shown.find("secret") == shown.npos);
  CHECK(shown.find("http://a,http://b") != shown.npos);
}
