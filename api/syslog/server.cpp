#include "api/syslog/server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "api/ingest/commit.h"
#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

constexpr size_t kReadBytes = 64 << 10;       // also the longest datagram
constexpr size_t kMostClients = 1000;
constexpr int kDatagramBuffer = 8 << 20;      // a burst waits here while a batch is stored
constexpr int kFirstPause = 50, kLongestPause = 2000, kMostTries = 60;  // milliseconds, about two minutes in all

/// Bytes of messages that are stored at once: half of a burst, since what is larger than one would be refused for ever.
size_t batch_bytes(const Limits& limits) {
  constexpr size_t kMost = 1 << 20;
  return limits.ingestion_rate_mb > 0 ? std::min(kMost, static_cast<size_t>(limits.ingestion_burst_size_mb * (1 << 20) / 2)) : kMost;
}

/// Bound, not blocking; -1 and errno where it fails.
int bind_socket(const addrinfo& address, int type, int port) {
  const int s = ::socket(address.ai_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (s < 0) return -1;
  const int on = 1, off = 0;
  if (type == SOCK_STREAM) setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (type == SOCK_DGRAM) setsockopt(s, SOL_SOCKET, SO_RCVBUF, &kDatagramBuffer, sizeof kDatagramBuffer);
  if (address.ai_family == AF_INET6) setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  sockaddr_storage to{};
  std::memcpy(&to, address.ai_addr, address.ai_addrlen);
  (address.ai_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(to).sin6_port : reinterpret_cast<sockaddr_in&>(to).sin_port) = htons(static_cast<uint16_t>(port));
  if (::bind(s, reinterpret_cast<sockaddr*>(&to), address.ai_addrlen) == 0 && (type == SOCK_DGRAM || ::listen(s, 256) == 0)) return s;
  const int why = errno;
  ::close(s);
  errno = why;
  return -1;
}

int port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

std::string text_of(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6)) inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof text);
    else inet_ntop(AF_INET6, &v6, text, sizeof text);
  } else {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  }
  return text;
}

std::string_view without_end(std::string_view datagram) {
  while (!datagram.empty() && (datagram.back() == '\n' || datagram.back() == '\r' || datagram.back() == '\0')) datagram.remove_suffix(1);
  return datagram;
}

}  // namespace

Result<std::unique_ptr<SyslogServer>> SyslogServer::open(const std::string& host, int port, std::string tenant, Service& service) {
  const auto cannot = [&](const char* why) { return Error{ErrorKind::kIo, "cannot listen for syslog on " + host + ":" + std::to_string(port) + ": " + why}; };
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  if (const int e = getaddrinfo(host.c_str(), nullptr, &hints, &found); e != 0) return cannot(gai_strerror(e));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  const int tcp = bind_socket(*found, SOCK_STREAM, port);
  if (tcp < 0) return cannot(std::strerror(errno));
  const int chosen = port_of(tcp), udp = bind_socket(*found, SOCK_DGRAM, chosen);
  if (udp < 0) {
    const int why = errno;
    ::close(tcp);
    return cannot(std::strerror(why));
  }
  return std::unique_ptr<SyslogServer>(new SyslogServer(tcp, udp, chosen, std::move(tenant), service));
}

SyslogServer::SyslogServer(int tcp, int udp, int port, std::string tenant, Service& service)
    : tcp_(tcp), udp_(udp), port_(port), epoll_(epoll_create1(EPOLL_CLOEXEC)), stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), tenant_(std::move(tenant)), service_(service), batch_bytes_(batch_bytes(service.config.limits)) {
  for (const int fd : {tcp_, udp_, stop_}) {
    epoll_event e{.events = EPOLLIN, .data = {.fd = fd}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e);
  }
  thread_ = std::thread([this] { run(); });
}

SyslogServer::~SyslogServer() {
  const uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(stop_, &one, sizeof one);
  thread_.join();
  for (const auto& [socket, client] : clients_) ::close(socket);
  for (const int fd : {tcp_, udp_, stop_, epoll_}) ::close(fd);
}

void SyslogServer::run() {
  std::array<epoll_event, 64> events;
  for (bool stopping = false; !stopping;) {
    const int n = epoll_wait(epoll_, events.data(), events.size(), -1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[i].data.fd;
      if (fd == stop_) {
        stopping = true;
      } else if (fd == tcp_) {
        accept_all();
      } else if (fd == udp_) {
        read_datagrams();
      } else if (const auto it = clients_.find(fd); it != clients_.end() && !read_client(fd, it->second)) {
        close_client(fd);
      }
      if (batch_.bytes() >= batch_bytes_) store();
    }
    store();
  }
}

void SyslogServer::accept_all() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  for (int s; (s = ::accept4(tcp_, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0; size = sizeof peer) {
    if (clients_.size() >= kMostClients) {
      ::close(s);
      continue;
    }
    const int on = 1;  // senders may be silent for days: only the kernel can tell whether they are still there
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    clients_[s].peer = text_of(peer);
    epoll_event e{.events = EPOLLIN, .data = {.fd = s}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, s, &e);
  }
}

void SyslogServer::read_datagrams() {
  received_.resize(kReadBytes);
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  for (ssize_t n; batch_.bytes() < batch_bytes_ && (n = ::recvfrom(udp_, received_.data(), received_.size(), 0, reinterpret_cast<sockaddr*>(&peer), &size)) >= 0; size = sizeof peer)
    if (const auto message = without_end(std::string_view(received_).substr(0, static_cast<size_t>(n))); !message.empty()) batch_.add(message, text_of(peer), now());
}

/// False when the client is gone or makes no sense.
bool SyslogServer::read_client(int socket, Client& client) {
  received_.resize(kReadBytes);
  const ssize_t n = ::recv(socket, received_.data(), received_.size(), 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (n > 0) client.frames.add(std::string_view(received_).substr(0, static_cast<size_t>(n)));
  for (std::string_view message; client.frames.next(message);) batch_.add(message, client.peer, now());
  if (std::string_view message; n <= 0 && client.frames.last(message)) batch_.add(message, client.peer, now());
  return n > 0 && !client.frames.broken();
}

void SyslogServer::close_client(int socket) {
  clients_.erase(socket);
  ::close(socket);
}

/// Tries until the store takes the batch. What it refuses for good is counted and left out.
void SyslogServer::store() {
  if (batch_.empty()) return;
  const size_t messages = batch_.messages();
  service_.ingest.syslog_messages += messages;
  const std::vector<ReceivedStream> streams = batch_.take();
  int pause = kFirstPause;
  for (int tries = 0; tries < kMostTries; ++tries, pause = std::min(2 * pause, kLongestPause)) {
    const PushOutcome outcome = commit(service_.store, tenant_, service_.config.limits, streams, service_.ingest, &service_.tails);
    if (!outcome.whole) return;
    if (outcome.status < 500 && outcome.status != 429) {
      service_.ingest.syslog_lost += messages;
      spdlog::warn("syslog: {} messages are refused: {}", messages, outcome.message);
      return;
    }
    if (tries == 0) spdlog::warn("syslog: {} messages wait: {}", messages, outcome.message);
    if (!wait(pause)) break;
  }
  service_.ingest.syslog_lost += messages;
  spdlog::error("syslog: {} messages are lost: the store did not take them", messages);
}

/// False when the server is stopping.
bool SyslogServer::wait(int milliseconds) const {
  pollfd p{stop_, POLLIN, 0};
  return ::poll(&p, 1, milliseconds) == 0;
}

}  // namespace sleipnir::api
