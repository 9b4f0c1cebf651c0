#include "api/config/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "api/config/config_ruler.h"
#include "api/config/limits_table.h"
#include "api/config/log_level.h"
#include "api/access/tenant.h"
#include "api/version.h"
#include "base/number.h"
#include "base/text.h"
#include "rules/url.h"
#include "storage/inspect.h"

namespace sleipnir::api {
namespace {

constexpr int kMistake = 2;  // exit status

struct Flags {
  std::string listen, data_directory, file, log_level, auth_file, tls_certificate, tls_key, syslog_listen, syslog_tenant;
  std::string rules_directory, alertmanager_urls, remote_write_url, push_memory;
  bool strict = false, no_fsync = false;
};

void add_flags(CLI::App& app, Flags& flags) {
  app.add_option("--listen", flags.listen, "HOST:PORT to listen on (default 127.0.0.1:3100)")->envname("SLEIPNIR_LISTEN");
  app.add_option("--data-dir", flags.data_directory, "directory of the store (default ./data)")->envname("SLEIPNIR_DATA_DIR");
  app.add_option("--config", flags.file, "configuration file, as of Loki")->envname("SLEIPNIR_CONFIG");
  app.add_option("--log-level", flags.log_level, "debug, info, warn or error (default info)")->envname("SLEIPNIR_LOG_LEVEL");
  app.add_option("--auth-file", flags.auth_file, "tokens and users, what they may do and for which tenants (default: everybody may do all)")->envname("SLEIPNIR_AUTH_FILE");
  app.add_option("--tls-cert", flags.tls_certificate, "certificate and its chain, PEM: speak HTTPS only")->envname("SLEIPNIR_TLS_CERT");
  app.add_option("--tls-key", flags.tls_key, "the certificate's key, PEM")->envname("SLEIPNIR_TLS_KEY");
  app.add_option("--syslog-listen", flags.syslog_listen, "HOST:PORT to take syslog on, TCP and UDP (default: none)")->envname("SLEIPNIR_SYSLOG_LISTEN");
  app.add_option("--syslog-tenant", flags.syslog_tenant, "tenant of what comes by syslog")->envname("SLEIPNIR_SYSLOG_TENANT");
  app.add_option("--rules-dir", flags.rules_directory, "directory with rule files, <tenant>/*.yaml")->envname("SLEIPNIR_RULES_DIR");
  app.add_option("--alertmanager-url", flags.alertmanager_urls, "where alerts are sent; several with commas")->envname("SLEIPNIR_ALERTMANAGER_URL");
  app.add_option("--remote-write-url", flags.remote_write_url, "where the series of recording rules are written")->envname("SLEIPNIR_REMOTE_WRITE_URL");
  app.add_option("--push-memory", flags.push_memory, "what pushes in progress may take together, as 512MB (default: a quarter of the memory)")->envname("SLEIPNIR_PUSH_MEMORY");
  app.add_flag("--strict", flags.strict, "Loki's default limits, and only Loki's language")->envname("SLEIPNIR_STRICT");
  app.add_flag("--no-fsync", flags.no_fsync, "acknowledge pushes before they are on disk: power loss may cost the last second")->envname("SLEIPNIR_NO_FSYNC");
}

/// `host:port`, `[v6]:port`, `:port`, `port`, which leaves the host as it is
Result<void> read_address(const std::string& flag, const std::string& text, std::string& to_host, int& to_port) {
  const size_t colon = text.rfind(':');
  const auto port = parse_go_int(colon == text.npos ? text : text.substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return invalid(flag + ": HOST:PORT is expected, not " + text);
  to_port = static_cast<int>(*port);
  if (colon == text.npos) return {};
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  to_host = host.empty() ? "0.0.0.0" : host;
  return {};
}

Result<void> set_doors(const Flags& flags, Config& config) {
  if (!flags.listen.empty())
    if (auto ok = read_address("--listen", flags.listen, config.listen_host, config.listen_port); !ok) return ok;
  if (!flags.syslog_listen.empty()) {
    config.syslog_host = "127.0.0.1";
    if (auto ok = read_address("--syslog-listen", flags.syslog_listen, config.syslog_host, config.syslog_port); !ok) return ok;
  }
  if (!flags.syslog_tenant.empty())
    if (auto ok = check_tenant(flags.syslog_tenant); !ok) return invalid("--syslog-tenant: " + ok.error().message);
  config.syslog_tenant = flags.syslog_tenant;
  if (flags.tls_certificate.empty() != flags.tls_key.empty()) return invalid("--tls-cert and --tls-key belong together");
  config.tls_certificate_file = flags.tls_certificate;
  config.tls_key_file = flags.tls_key;
  config.auth_file = flags.auth_file;
  if (!flags.push_memory.empty()) {
    const auto size = parse_size(flags.push_memory);
    if (!size) return invalid("--push-memory: " + size.error().message);
    config.push_memory = *size;
  }
  return {};
}

Result<void> set_ruler(const Flags& flags, rules::Options& ruler) {
  const auto check = [](const char* flag, const std::string& url) -> Result<void> {
    if (auto parsed = rules::parse_url(url); !parsed) return invalid(flag + (": " + parsed.error().message));
    return {};
  };
  if (!flags.rules_directory.empty()) ruler.local_directory = flags.rules_directory;
  if (!flags.alertmanager_urls.empty()) ruler.alertmanager_urls = split_urls(flags.alertmanager_urls);
  for (const std::string& url : ruler.alertmanager_urls)
    if (auto ok = check("--alertmanager-url", url); !ok) return ok;
  if (flags.remote_write_url.empty()) return {};
  ruler.remote_write = {{.url = flags.remote_write_url, .timeout = kRemoteWriteTimeout}};
  return check("--remote-write-url", flags.remote_write_url);
}

/// Flags of `sleipnir push`.
struct SendFlags {
  SendOptions options;
  std::vector<std::string> labels;
  std::string compression = "snappy";
};

CLI::App* add_push(CLI::App& app, SendFlags& flags) {
  CLI::App* push = app.add_subcommand("push", "Send files, or what comes on standard input, to a server that speaks Loki's push API");
  push->add_option("FILE", flags.options.files, "files; - is standard input")->required();
  push->add_option("--label", flags.labels, "NAME=VALUE of the stream, repeated (default job=push)")->allow_extra_args(false);
  push->add_option("--url", flags.options.url, "the server (default http://127.0.0.1:3100)")->envname("SLEIPNIR_URL");
  push->add_option("--tenant", flags.options.tenant, "sent as X-Scope-OrgID")->envname("SLEIPNIR_TENANT");
  push->add_option("--token", flags.options.token, "a token, or USER:PASSWORD")->envname("SLEIPNIR_TOKEN");
  push->add_option("--time", flags.options.time_field, "field of JSON lines that holds their time (default: the time of reading)");
  push->add_flag("-f,--follow", flags.options.follow, "wait for what is appended, also when files are rotated");
  push->add_option("--compress", flags.compression, "snappy or gzip (default snappy)")->check(CLI::IsMember({"snappy", "gzip"}));
  return push;
}

Result<SendOptions> build_send(const SendFlags& flags) {
  SendOptions options = flags.options;
  options.gzip = flags.compression == "gzip";
  for (const std::string& label : flags.labels) {
    const size_t equals = label.find('=');
    if (equals == label.npos || equals == 0 || sanitize_label_name(label.substr(0, equals)) != label.substr(0, equals)) return invalid("--label: NAME=VALUE is expected, not " + label);
    options.labels.set(label.substr(0, equals), label.substr(equals + 1));
  }
  if (options.labels.empty()) options.labels.set("job", "push");
  return options;
}

Result<Config> build(const Flags& flags) {
  Config config;
  config.strict = flags.strict;
  config.limits = flags.strict ? Limits::loki() : Limits::roomy();
  if (!flags.file.empty())
    if (auto ok = read_config_file(flags.file, config); !ok) return ok.error();
  if (auto ok = set_doors(flags, config); !ok) return ok.error();
  if (!flags.data_directory.empty()) config.data_directory = flags.data_directory;
  if (!flags.log_level.empty()) config.log_level = flags.log_level;
  if (auto ok = check_log_level(config.log_level); !ok) return invalid("--log-level: " + ok.error().message);
  config.fsync = !flags.no_fsync;
  if (auto ok = set_ruler(flags, config.ruler); !ok) return ok.error();
  return config;
}

/// Prints what a part holds. Returns the exit status.
int inspect(const std::string& part) {
  const auto text = storage::inspect_part(part);
  if (text) std::fputs(text->c_str(), stdout);
  else std::fprintf(stderr, "sleipnir: %s\n", text.error().message.c_str());
  return text ? 0 : 1;
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CLI::App app("Sleipnir: Grafana Loki's API and LogQL over an embedded store", "sleipnir");
  app.set_version_flag("--version", std::string("sleipnir ") + kVersion);
  Flags flags;
  add_flags(app, flags);
  CLI::App* serve = app.add_subcommand("serve", "Run the server (what happens without a command, too)");
  serve->fallthrough();
  serve->formatter_fn([&app](const CLI::App*, std::string name, CLI::AppFormatMode mode) { return app.get_formatter()->make_help(&app, std::move(name), mode); });
  std::string part;
  CLI::App* inspection = app.add_subcommand("inspect", "Show what a part of a store is made of");
  inspection->add_option("PART", part, "a file *.part")->required();
  SendFlags send_flags;
  const CLI::App* push = add_push(app, send_flags);
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return {.exit_status = app.exit(e) == 0 ? 0 : kMistake};  // 0 for --help and --version
  }
  if (inspection->parsed()) return {.exit_status = inspect(part)};
  const auto refuse = [](const Error& error) {
    std::fprintf(stderr, "sleipnir: %s\n", error.message.c_str());
    return CommandLine{.exit_status = kMistake};
  };
  if (push->parsed()) {
    auto send = build_send(send_flags);
    return send ? CommandLine{.send = std::move(*send)} : refuse(send.error());
  }
  auto config = build(flags);
  return config ? CommandLine{.config = std::move(*config)} : refuse(config.error());
}

}  // namespace sleipnir::api
