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
  const std::string unknown = "unknown key in the configuration file: ";
  CHECK(config.warnings == std::vector<std::string>{unknown + "line 11: limits_config.nonsense", unknown + "line 12: unheard_of"});
}

TEST_CASE("mistakes in a configuration are named") {
  const auto f = [](std::string_view text, std::string_view want) {
    const File file(text);
    Config config;
    const auto r = read_config_file(file.path, config);
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message == file.path.string() + ": " + std::string(want));
  };
  f("# first\nauth_enabled: perhaps", "line 2: auth_enabled: not a boolean: \"perhaps\"");
  f("auth_enabled: [true]", "line 1: auth_enabled: a boolean is expected");
  f("limits_config:\n  max_query_series: 7\n  query_timeout: soon\n", "line 3: limits_config.query_timeout: time: invalid duration \"soon\"");
  f("limits_config: [a]", "line 1: limits_config: a mapping is expected");
  f("server: {http_listen_port: 99999}", "line 1: server.http_listen_port: not a port: \"99999\"");
  f("server:\n  log_level: loud", "line 2: server.log_level: debug, info, warn or error is expected, not \"loud\"");
  f("no_auth_tenant: a/b", "line 1: no_auth_tenant: tenant ID 'a/b' contains unsupported character '/'");
  f("compactor:\n\n  delete_request_cancel_period: x", "line 3: compactor.delete_request_cancel_period: not a valid duration string: \"x\"");
  f("ruler:\n  storage:\n    local: 5", "line 3: ruler.storage.local: a mapping is expected");
  f("ruler:\n  alertmanager_url: http://a,ftp://b", "line 2: ruler.alertmanager_url: ftp://b: not an http URL");
  f("ruler: {remote_write: {client: {url: nowhere}}}", "line 1: ruler.remote_write.client.url: nowhere: not an http URL");
  f("- a\n- b", "a mapping is expected");
  f("a: [", "line 1: end of sequence flow not found");
  f("limits_config:\n  max_line_size: 1\n  max_line_size: 2", "line 3: max_line_size is given twice");
  f("schema_config: {configs: [{a: 1, a: 2}]}", "line 1: a is given twice");
}

TEST_CASE("a configuration that is no file") {
  const auto f = [](const std::filesystem::path& path, std::string_view want) {
    Config config;
    const auto r = read_config_file(path, config);
    REQUIRE_FALSE(r.ok());
    CHECK(r.error().message.starts_with(path.string() + ": " + std::string(want)));
  };
  f("/nosuch/x.yaml", "open: No such file or directory");
  f(std::filesystem::temp_directory_path(), "");
}

TEST_CASE("a prefix of paths begins with a slash and ends without one") {
  const auto f = [](std::string_view written, std::string_view want) {
    const File file("server: {http_path_prefix: " + std::string(written) + "}");
    Config config;
    REQUIRE(read_config_file(file.path, config).ok());
    CHECK(config.path_prefix == want);
  };
  f("/logs/", "/logs"); f("logs", "/logs"); f("/a/b", "/a/b"); f("/", ""); f("''", "");
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
