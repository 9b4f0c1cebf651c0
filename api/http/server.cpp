#include "api/http/server.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "api/access/credentials.h"
#include "api/erase/delete_purge.h"
#include "api/erase/deleting_source.h"
#include "api/http/listener.h"
#include "api/http/protocol.h"
#include "api/routes.h"
#include "api/rules/query.h"
#include "api/syslog/server.h"
#include "api/version.h"
#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

/// A descriptor that becomes readable on SIGTERM and SIGINT.
class StopSignal {
 public:
  StopSignal() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    descriptor_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~StopSignal() { ::close(descriptor_); }
  StopSignal(const StopSignal&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// Each client costs a descriptor, and the usual soft limit is 1024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Result<void> run_server(const Config& config) {
  StopSignal stop;
  raise_descriptor_limit();
  for (const std::string& warning : config.warnings) spdlog::warn("{}", warning);
  std::optional<Credentials> credentials;
  if (!config.auth_file.empty()) {
    auto read = Credentials::read(config.auth_file, config.no_auth_tenant);
    if (!read) return read.error();
    credentials = std::move(*read);
  }
  std::shared_ptr<TlsContext> tls;
  if (!config.tls_certificate_file.empty()) {
    auto loaded = TlsContext::load(config.tls_certificate_file, config.tls_key_file);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
  }
  auto listener = Listener::open(config.listen_host, config.listen_port, {}, tls);
  if (!listener) return listener.error();
  auto store = storage::Store::open({.directory = config.data_directory, .fsync = config.fsync});
  if (!store) return store.error();

  auto deletes = DeleteRequests::open(config.data_directory / "deletes");
  if (!deletes) return deletes.error();
  DeletingSource source(**store, **deletes);
  std::optional<DeletePurge> purge(std::in_place, **store, **deletes, config.delete_cancel_period, config.limits.retention_period);
  auto ruler = rules::Ruler::open(config.data_directory / "rules", config.ruler, {.strict = config.strict}, rule_query(config, source));
  if (!ruler) return ruler.error();

  Service service{.config = config, .store = **store, .source = source, .deletes = **deletes, .ruler = **ruler};
  Router router;
  add_routes(router, service);
  Protocol::Gate gate;
  if (credentials) gate = [&credentials](const Route& route, Request& request, Response& response) { return admit(*credentials, route.access, request, response); };
  const auto observe = [&service](std::string_view route, std::string_view method, int status, double seconds) {
    // Only known methods get this far with a route; anything else shares one name.
    const bool known = !route.empty();
    service.http.observe("route=\"" + std::string(known ? route : "other") + "\",method=\"" + std::string(known ? method : "") + "\",status_code=\"" + std::to_string(status) + "\"", seconds);
    spdlog::debug("{} {} {} {:.1f} ms", method, route, status, seconds * 1000);
  };
  Protocol protocol(router, observe, gate, &service.push_memory);
  spdlog::info("sleipnir {} listens on {}, data in {}{}", kVersion, address_text(config.listen_host, (*listener)->port()), config.data_directory.string(),
               std::string(config.strict ? ", strict" : "") + (tls ? ", TLS" : "") + (credentials ? ", credentials asked for" : ""));
  std::unique_ptr<SyslogServer> syslog;
  if (!config.syslog_host.empty()) {
    if (config.auth_enabled && config.syslog_tenant.empty()) return invalid("--syslog-tenant is needed where requests name their tenants");
    auto opened = SyslogServer::open(config.syslog_host, config.syslog_port, config.syslog_tenant.empty() ? config.no_auth_tenant : config.syslog_tenant, service);
    if (!opened) return opened.error();
    syslog = std::move(*opened);
    spdlog::info("takes syslog on {}, TCP and UDP", address_text(config.syslog_host, syslog->port()));
  }
  (*listener)->run([&protocol](Connection& connection, bool last) { return protocol.serve(connection, last); }, stop.descriptor(), [&service] { service.tails.close(); });
  spdlog::info("stopping");
  syslog.reset();
  listener->reset();  // its workers use the store
  ruler->reset();     // so do its
  purge.reset();
  (*store)->close();
  return {};
}

}  // namespace sleipnir::api
