#include "api/config/command_line.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace sleipnir::api;

namespace {

CommandLine parse(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  std::string name = "sleipnir";
  argv.push_back(name.data());
  for (std::string& a : arguments) argv.push_back(a.data());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("flags, environment, defaults") {
  const auto f = [](std::vector<std::string> arguments, std::string_view want) {
    const CommandLine c = parse(std::move(arguments));
    REQUIRE(c.config.has_value());
    CHECK(c.config->listen_host + ":" + std::to_string(c.config->listen_port) + (c.config->strict ? " strict" : "") == want);
  };
  f({}, "127.0.0.1:3100");
  f({"serve"}, "127.0.0.1:3100");
  f({"--listen", "0.0.0.0:1"}, "0.0.0.0:1");
  f({"serve", "--strict", "--listen", ":1"}, "0.0.0.0:1 strict");
  f({"--listen=[::1]:80", "serve"}, "::1:80");
  setenv("SLEIPNIR_LISTEN", "10.0.0.1:7", 1);
  setenv("SLEIPNIR_STRICT", "1", 1);
  f({}, "10.0.0.1:7 strict");
  f({"serve"}, "10.0.0.1:7 strict");
  f({"--listen", "1.2.3.4:5"}, "1.2.3.4:5 strict");
  f({"serve", "--listen", "1.2.3.4:5"}, "1.2.3.4:5 strict");
  unsetenv("SLEIPNIR_LISTEN");
  unsetenv("SLEIPNIR_STRICT");
}

TEST_CASE("flags of the ruler") {
  const CommandLine c = parse({"--rules-dir", "/r", "--alertmanager-url", "http://a, http://b", "--remote-write-url", "http://c/write"});
  REQUIRE(c.config.has_value());
  CHECK(c.config->ruler.local_directory == "/r");
  CHECK(c.config->ruler.alertmanager_urls == std::vector<std::string>{"http://a", "http://b"});
  REQUIRE(c.config->ruler.remote_write.size() == 1);
  CHECK(c.config->ruler.remote_write[0].url == "http://c/write");
}

TEST_CASE("a label takes one value, what follows are files") {
  const CommandLine c = parse({"push", "--label", "app=web", "--label", "env=prod", "a.log", "b.log"});
  REQUIRE(c.send.has_value());
  CHECK(c.send->files == std::vector<std::string>{"a.log", "b.log"});
}

TEST_CASE("strict means Loki's limits") {
  CHECK(parse({"--strict"}).config->limits.max_query_series == 500);
  CHECK(parse({}).config->limits.max_query_series == 1'000'000);
}

TEST_CASE("mistakes") {
  const auto f = [](std::vector<std::string> arguments) {
    const CommandLine c = parse(std::move(arguments));
    CHECK_FALSE(c.config.has_value());
    CHECK(c.exit_status == 2);
  };
  f({"--nosuch"});
  f({"push"});
  f({"--listen", "x:y"});
  f({"--listen", "x:99999"});
  f({"--config", "/nosuch/file.yaml"});
  f({"--log-level", "loud"});
  f({"--config", "/"});
  f({"--alertmanager-url", "nowhere"});
  f({"--remote-write-url", "ftp://a"});
  f({"walk"});
}

TEST_CASE("inspect") {
  const auto f = [](std::vector<std::string> arguments, int want) {
    const CommandLine c = parse(std::move(arguments));
    CHECK_FALSE(c.config.has_value());
    CHECK((c.exit_status != 0) == want);
  };
  f({"inspect", std::string(SLEIPNIR_TESTS) + "/unit/storage/data/2026-03-01-0000000000000001.part"}, 0);
  f({"inspect", "/nosuch/2026-03-01-0000000000000001.part"}, 1);
  f({"inspect"}, 1);
}
