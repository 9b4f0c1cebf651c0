#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "api/http/connection.h"
#include "api/http/workers.h"
#include "api/http/seldom.h"
#include "base/result.h"

namespace sleipnir::api {

/// `host:port`, with brackets around an address of IPv6.
std::string address_text(const std::string& host, int port);

/// Accepts connections and gives those with a request to a worker. A connection that waits for its next request costs a descriptor and some
/// bytes, not a thread: thousands of idle clients stop nobody.
class Listener {
 public:
  /// Serves the one request whose head the connection holds. False: the connection ends. `last`: say so to the client.
  using Serve = std::function<bool(Connection& connection, bool last)>;

  /// Binds. `host` is an address or a name, port 0 takes any. Errors (kIo) say which address and why.
  /// With `tls` every client must speak it.
  static Result<std::unique_ptr<Listener>> open(const std::string& host, int port, ConnectionBounds bounds = {}, std::shared_ptr<TlsContext> tls = nullptr);
  ~Listener();

  int port() const;
  int descriptor() const { return socket_; }

  /// Returns when `stop_descriptor` becomes readable and the requests in progress are answered (within `drain_time`; then they are cancelled).
  /// `on_stop` is called first: it ends those that would not end by themselves.
  void run(Serve serve, int stop_descriptor, std::function<void()> on_stop = {}, std::chrono::seconds drain_time = std::chrono::seconds(20));

 private:
  struct Client;
  using ClientPtr = std::shared_ptr<Client>;

  Listener(int socket, ConnectionBounds bounds, std::shared_ptr<TlsContext> tls);
  void accept_all();
  void on_event(uint64_t id, uint32_t events);
  void work(const ClientPtr& client);
  void park(const ClientPtr& client);
  void forget(const ClientPtr& client);
  void close_idle(bool all);
  void drain(std::chrono::seconds drain_time);
  void arm(const Client& client, uint32_t events, int operation);

  int socket_, epoll_;
  ConnectionBounds bounds_;
  std::shared_ptr<TlsContext> tls_;
  Serve serve_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable quiet_;
  std::unordered_map<uint64_t, ClientPtr> clients_;
  uint64_t next_id_ = 16;
  size_t active_ = 0;
  const size_t most_clients_;
  Seldom too_many_{std::chrono::seconds(10)};
  Workers workers_;
};

}  // namespace sleipnir::api
