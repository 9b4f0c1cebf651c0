#include "api/server.h"

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "api/delete_purge.h"
#include "api/deleting_source.h"
#include "api/listener.h"
#include "api/protocol.h"
#include "api/routes.h"
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
  auto listener = Listener::open(config.listen_host, config.listen_port);
  if (!listener) return listener.error();
  auto store = storage::Store::open({.directory = config.data_directory, .fsync = config.fsync});
  if (!store) return store.error();

  auto deletes = DeleteRequests::open(config.data_directory / "deletes");
  if (!deletes) return deletes.error();
  DeletingSource source(**store, **deletes);
  std::optional<DeletePurge> purge(std::in_place, **store, **deletes, config.delete_cancel_period, config.limits.retention_period);

  Service service{.config = config, .store = **store, .source = source, .deletes = **deletes};
  Router router;
  add_routes(router, service);
  Protocol protocol(router, [&service](std::string_view route, std::string_view method, int status, double seconds) {
    service.http.observe(route, method, status, seconds);
    spdlog::debug("{} {} {} {:.1f} ms", method, route, status, seconds * 1000);
  });
  spdlog::info("sleipnir {} listens on {}:{}, data in {}{}", kVersion, config.listen_host, (*listener)->port(), config.data_directory.string(),
               config.strict ? ", strict" : "");
  (*listener)->run([&protocol](Connection& connection, bool last) { return protocol.serve(connection, last); }, stop.descriptor(), [&service] { service.tails.close(); });
  spdlog::info("stopping");
  listener->reset();  // its workers use the store
  purge.reset();
  (*store)->close();
  return {};
}

}  // namespace sleipnir::api
