#include "api/http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

constexpr uint64_t kListenId = 0, kStopId = 1;
constexpr size_t kMostWorkers = 1024;      // requests in progress at the same time
constexpr size_t kMostConnections = 20'000;
constexpr int kBacklog = 4096;

using Clock = std::chrono::steady_clock;

/// `host:port: why`
Error cannot_listen(const std::string& host, int port, const std::string& why) {
  return {ErrorKind::kIo, "cannot listen on " + address_text(host, port) + ": " + why};
}

/// Clients leave a quarter of the process's descriptors to the store's files.
size_t most_clients() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min<size_t>(kMostConnections, limit.rlim_cur / 4 * 3) : kMostConnections;
}

std::string_view refusal(Connection::Head head) {
  switch (head) {
    case Connection::Head::kTooLarge:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 35\r\n\r\n431 Request Header Fields Too Large";
    case Connection::Head::kTooSlow:
      return "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 19\r\n\r\n408 Request Timeout";
    case Connection::Head::kMalformed:
      return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: 15\r\n\r\n400 Bad Request";
    case Connection::Head::kComplete:
    case Connection::Head::kClosed: break;
  }
  return {};
}

}  // namespace

std::string address_text(const std::string& host, int port) {
  return (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

struct Listener::Client {
  Client(uint64_t id, int socket, const ConnectionBounds& bounds, const TlsContext* tls) : id(id), connection(socket, bounds, tls) {}
  const uint64_t id;
  Connection connection;
  bool active = false;  // a worker has it; guarded by the listener's mutex
  Clock::time_point idle_since = Clock::now();
};

Result<std::unique_ptr<Listener>> Listener::open(const std::string& host, int port, ConnectionBounds bounds, std::shared_ptr<TlsContext> tls) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  if (const int e = getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found); e != 0)
    return cannot_listen(host, port, gai_strerror(e));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, freeaddrinfo);
  std::string why = "no address";
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    const int s = ::socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    const int on = 1, off = 0;
    if (s >= 0) setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (s >= 0 && a->ai_family == AF_INET6) setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (s >= 0 && ::bind(s, a->ai_addr, a->ai_addrlen) == 0 && ::listen(s, kBacklog) == 0)
      return std::unique_ptr<Listener>(new Listener(s, bounds, std::move(tls)));
    why = std::strerror(errno);
    if (s >= 0) ::close(s);
  }
  return cannot_listen(host, port, why);
}

Listener::Listener(int socket, ConnectionBounds bounds, std::shared_ptr<TlsContext> tls)
    : socket_(socket), epoll_(epoll_create1(EPOLL_CLOEXEC)), bounds_(bounds), tls_(std::move(tls)), most_clients_(most_clients()), workers_(kMostWorkers) {}

Listener::~Listener() {
  if (socket_ >= 0) ::close(socket_);
  clients_.clear();
  ::close(epoll_);
}

int Listener::port() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(socket_, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port : reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
}

void Listener::run(Serve serve, int stop_descriptor, std::function<void()> on_stop, std::chrono::seconds drain_time) {
  serve_ = std::move(serve);
  for (const auto& [fd, id] : {std::pair{socket_, kListenId}, std::pair{stop_descriptor, kStopId}}) {
    epoll_event e{.events = EPOLLIN, .data = {.u64 = id}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e);
  }
  std::array<epoll_event, 256> events;
  auto swept = Clock::now();
  while (!stopping_) {
    const int n = epoll_wait(epoll_, events.data(), events.size(), workers_.relieve() ? 20 : 1000);
    for (int i = 0; i < n; ++i) {
      const uint64_t id = events[i].data.u64;
      if (id == kListenId) {
        accept_all();
      } else if (id == kStopId) {
        stopping_ = true;
      } else {
        on_event(id, events[i].events);
      }
    }
    if (Clock::now() - swept > std::chrono::seconds(1)) {
      close_idle(false);
      swept = Clock::now();
    }
  }
  if (on_stop) on_stop();
  drain(drain_time);
}

void Listener::arm(const Client& client, uint32_t events, int operation) {
  epoll_event e{.events = events | EPOLLONESHOT, .data = {.u64 = client.id}};
  epoll_ctl(epoll_, operation, client.connection.descriptor(), &e);
}

void Listener::accept_all() {
  for (;;) {
    const int s = ::accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (s < 0) {
      // Out of descriptors: the backlog keeps the newcomers; a pause keeps this loop from spinning.
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return;
    }
    const int on = 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::lock_guard lock(mutex_);
    if (clients_.size() >= most_clients_) {
      ::close(s);
      if (too_many_.due()) spdlog::warn("{} connections are open, no more are taken", clients_.size());
      continue;
    }
    auto client = std::make_shared<Client>(next_id_++, s, bounds_, tls_.get());
    client->connection.watch_hangup = [this, raw = client.get()] { arm(*raw, EPOLLRDHUP, EPOLL_CTL_MOD); };
    clients_.emplace(client->id, client);
    arm(*client, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_ADD);
  }
}

void Listener::on_event(uint64_t id, uint32_t) {
  ClientPtr client;
  {
    std::lock_guard lock(mutex_);
    const auto it = clients_.find(id);
    if (it == clients_.end()) return;
    client = it->second;
    if (client->active) {  // armed for hang-ups only
      client->connection.cancellation.cancelled = true;
      return;
    }
    client->active = true;
    ++active_;
  }
  workers_.run([this, client] { work(client); });
}

void Listener::work(const ClientPtr& client) {
  Connection& connection = client->connection;
  for (;;) {
    const auto head = connection.read_head();
    if (head != Connection::Head::kComplete) {
      const auto text = refusal(head);
      connection.write(text.data(), text.size());
      if (connection.flush() && !text.empty()) connection.linger(std::chrono::seconds(1));
      break;
    }
    connection.cancellation.cancelled = false;
    connection.cancellation.deadline = Clock::time_point::max();
    if (!serve_(connection, stopping_)) break;
    if (!connection.buffered() || stopping_) {
      park(client);
      return;
    }
  }
  forget(client);
}

void Listener::park(const ClientPtr& client) {
  client->connection.rest();
  std::lock_guard lock(mutex_);
  client->active = false;
  --active_;
  client->idle_since = Clock::now();
  if (stopping_) {
    clients_.erase(client->id);
    quiet_.notify_all();
  } else {
    arm(*client, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_MOD);
  }
}

void Listener::forget(const ClientPtr& client) {
  std::lock_guard lock(mutex_);
  --active_;
  clients_.erase(client->id);
  quiet_.notify_all();
}

void Listener::close_idle(bool all) {
  const auto oldest = Clock::now() - bounds_.idle_time;
  std::lock_guard lock(mutex_);
  std::erase_if(clients_, [&](const auto& item) { return !item.second->active && (all || item.second->idle_since < oldest); });
}

void Listener::drain(std::chrono::seconds drain_time) {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, socket_, nullptr);
  ::close(socket_);
  socket_ = -1;
  close_idle(true);
  std::unique_lock lock(mutex_);
  const auto quiet = [this] { return active_ == 0; };
  for (const auto end = Clock::now() + drain_time; Clock::now() < end; workers_.relieve())
    if (quiet_.wait_for(lock, std::chrono::milliseconds(20), quiet)) return;
  spdlog::warn("{} requests are cancelled: they did not end within {} s", active_, drain_time.count());
  for (const auto& [id, client] : clients_) client->connection.cancellation.cancelled = true;
  if (quiet_.wait_for(lock, std::chrono::seconds(5), quiet)) return;
  for (const auto& [id, client] : clients_) client->connection.abort();
}

}  // namespace sleipnir::api
