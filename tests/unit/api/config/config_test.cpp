#include "api/config/config.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

using namespace sleipnir;
using namespace sleipnir::api;

namespace {

struct File {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("sleipnir-config-" + std::to_string(getpid()) + ".yaml");
  explicit File(std::string_view text) { std::ofstream(path) << text; }
  ~File() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("a Loki configuration is understood") {
  const File file(R"(
auth_enabled: true
server: {http_listen_port: 3200, http_listen_address: 0.0.0.0, http_path_prefix: /logs/, grpc_listen_port: 9096}
common: {path_prefix: /tmp/loki}
querier: {multi_tenant_queries_enabled: true}
ruler: {alertmanager_url: "http://a:9093"}
limits_config:
  max_query_series: 7
  reject_old_samples: false
  discover_service_name: []
  nonsense: 1
unheard_of: {a: b}
)");
  Config config;
  REQUIRE(read_config_file(file.path, config).ok());
  CHECK(config.auth_enabled);
  CHECK(config.multi_tenant_queries);
  CHECK(config.listen_port == 3200);
  CHECK(config.listen_host == "0.0.0.0");
  CHECK(config.path_prefix == "/logs");
  CHECK(config.limits.max_query_series == 7);
  CHECK(config.ruler.alertmanager_urls == std::vector<std::string>{"http://a:9093"});
  CHECK_FALSE(config.limits.reject_old_samples);
  CHECK(config.limits.discover_service_name.empty());
  CHECK(config.warnings.size() == 3);
}

TEST_CASE("mistakes in a configuration are named") {
  const auto f = [](std::string_view text, std::string_view want) {
    const File file(text);
    Config config;
    const auto r = read_config_file(file.path, config);
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message.find(want) != std::string::npos);
  };
  f("auth_enabled: perhaps", "auth_enabled: not a boolean");
  f("limits_config: {query_timeout: soon}", "limits_config.query_timeout: ");
  f("limits_config: [a]", "limits_config: a mapping is expected");
  f("server: {http_listen_port: 99999}", "server.http_listen_port: not a port: 99999");
  f("a: [", "yaml");
}

TEST_CASE("the configuration that is shown can be read again") {
  Config config;
  config.limits = Limits::roomy();
  const File file(config_yaml(config));
  Config again;
  REQUIRE(read_config_file(file.path, again).ok());
  CHECK(again.warnings.empty());
  CHECK(config_yaml(again) == config_yaml(config));
}
