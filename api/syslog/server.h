#pragma once
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>

#include "api/service.h"
#include "api/syslog/batch.h"
#include "api/syslog/frames.h"
#include "base/result.h"

namespace sleipnir::api {

/// Takes syslog over TCP and UDP on one port, in a thread of its own: reads what is there, stores it with one sync, reads on. While the store refuses,
/// nothing is read: TCP senders wait, UDP messages beyond the socket's buffer are lost, as is UDP's nature.
class SyslogServer {
 public:
  /// Binds both. Port 0 takes any. The service must outlive this. Errors (kIo) say which address and why.
  static Result<std::unique_ptr<SyslogServer>> open(const std::string& host, int port, std::string tenant, Service& service);
  /// Stores what was read, then ends.
  ~SyslogServer();
  SyslogServer(const SyslogServer&) = delete;

  int port() const { return port_; }

 private:
  struct Client {
    SyslogFrames frames;
    std::string peer;
  };

  SyslogServer(int tcp, int udp, int port, std::string tenant, Service& service);
  void run();
  void accept_all();
  void read_datagrams();
  bool read_client(int socket, Client& client);
  void close_client(int socket);
  void store();
  bool wait(int milliseconds) const;

  const int tcp_, udp_, port_;
  int epoll_, stop_;
  const std::string tenant_;
  Service& service_;
  const size_t batch_bytes_;
  std::unordered_map<int, Client> clients_;
  SyslogBatch batch_;
  std::string received_;
  std::thread thread_;
};

}  // namespace sleipnir::api
