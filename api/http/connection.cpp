#include "api/http/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sleipnir::api {
namespace {

constexpr size_t kBlock = 64 << 10;

void address_of(int socket, int (*get)(int, sockaddr*, socklen_t*), std::string& ip, int& port) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (get(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return;
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
    inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    port = ntohs(v4->sin_port);
  } else if (storage.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
    inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    port = ntohs(v6->sin6_port);
  }
  ip = text;
}

/// Whether each line behind the first is `name: value` (RFC 9112 §5): no folded lines, no blanks before the colon.
bool fields_are_sound(std::string_view head) {
  for (head.remove_prefix(head.find("\r\n") + 2); head.size() > 2;) {
    const size_t end = head.find("\r\n"), name = head.find_first_of(": \t\r");
    if (name == 0 || name >= end || head[name] != ':') return false;
    head.remove_prefix(end + 2);
  }
  return true;
}

}  // namespace

Connection::Connection(int socket, const ConnectionBounds& bounds, const TlsContext* tls)
    : socket_(socket), bounds_(bounds), tls_(tls != nullptr ? std::make_unique<TlsSession>(*tls, socket) : nullptr) {}

Connection::~Connection() {
  if (tls_) tls_->say_goodbye();
  ::close(socket_);
}

ssize_t Connection::receive(char* data, size_t size) { return tls_ ? tls_->read(data, size) : ::recv(socket_, data, size, 0); }

ssize_t Connection::send(const char* data, size_t size) { return tls_ ? tls_->write(data, size) : ::send(socket_, data, size, MSG_NOSIGNAL); }

bool Connection::wait(short events, Clock::time_point deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd p{socket_, events, 0};
    const int n = ::poll(&p, 1, static_cast<int>(std::min<int64_t>(left, 60'000)));
    if (n > 0) return true;
    if (n < 0 && errno != EINTR) return false;
  }
}

Connection::Filled Connection::fill(Clock::time_point deadline) {
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = 0;
  }
  const size_t old = buffer_.size();
  for (;;) {
    buffer_.resize(old + kBlock);
    const ssize_t n = receive(buffer_.data() + old, kBlock);
    buffer_.resize(old + (n > 0 ? n : 0));
    if (n > 0) return Filled::kBytes;
    if (n == 0) return Filled::kEnd;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return Filled::kEnd;
    if (!wait(wanted(POLLIN), deadline)) return Filled::kTimeout;
  }
}

Connection::Head Connection::read_head() {
  const auto deadline = Clock::now() + bounds_.head_time;
  body_bytes_ = 0;
  body_limit_ = UINT64_MAX;
  size_t searched = 0;
  for (;;) {
    while (begin_ < buffer_.size() && searched == 0 && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;  // RFC 9112 §2.2
    const size_t from = begin_ + (searched > 3 ? searched - 3 : 0);
    if (const size_t end = buffer_.find("\r\n\r\n", from); end != buffer_.npos) {
      if (end - begin_ > bounds_.head) return Head::kTooLarge;
      return take_head(end + 4);
    }
    searched = buffer_.size() - begin_;
    if (searched > bounds_.head) return Head::kTooLarge;
    switch (fill(deadline)) {
      case Filled::kBytes: break;
      case Filled::kEnd: return Head::kClosed;
      case Filled::kTimeout: return searched == 0 ? Head::kClosed : Head::kTooSlow;
    }
  }
}

Connection::Head Connection::take_head(size_t head_end) {
  const std::string_view head = std::string_view(buffer_).substr(begin_, head_end - begin_);
  const size_t line_end = head.find("\r\n"), first = head.find(' '), second = head.find(' ', first + 1);
  if (first == head.npos || second == head.npos || second > line_end || head.find('\0') != head.npos || !fields_are_sound(head)) return Head::kMalformed;
  target_ = head.substr(first + 1, second - first - 1);
  head_.assign(head.substr(0, first + 1));
  head_ += '/';
  head_ += head.substr(second);
  head_begin_ = 0;
  begin_ = head_end;
  return Head::kComplete;
}

ssize_t Connection::read(char* data, size_t size) {
  if (head_begin_ < head_.size()) {
    const size_t n = std::min(size, head_.size() - head_begin_);
    std::memcpy(data, head_.data() + head_begin_, n);
    head_begin_ += n;
    return static_cast<ssize_t>(n);
  }
  if (body_bytes_ >= body_limit_) return -1;
  const bool empty = begin_ == buffer_.size();
  if (empty && !flush()) return -1;  // the client may wait for a `100 Continue`
  if (empty && fill(Clock::now() + bounds_.read_time) != Filled::kBytes) return -1;
  const size_t n = std::min<uint64_t>({size, buffer_.size() - begin_, body_limit_ - body_bytes_});
  std::memcpy(data, buffer_.data() + begin_, n);
  begin_ += n;
  body_bytes_ += n;
  return static_cast<ssize_t>(n);
}

ssize_t Connection::write(const char* data, size_t size) {
  if (muted_) return static_cast<ssize_t>(size);
  written_.append(data, size);
  return written_.size() < kBlock || flush() ? static_cast<ssize_t>(size) : -1;
}

bool Connection::flush() {
  for (std::string_view rest = written_; !rest.empty();) {
    const ssize_t n = send(rest.data(), rest.size());
    if (n >= 0) {
      rest.remove_prefix(static_cast<size_t>(n));
    } else if (errno != EINTR && (!(errno == EAGAIN || errno == EWOULDBLOCK) || !wait(wanted(POLLOUT), Clock::now() + bounds_.write_time))) {
      written_.clear();
      return false;
    }
  }
  written_.clear();
  return true;
}

void Connection::linger(std::chrono::milliseconds patience) {
  if (tls_) tls_->say_goodbye();
  ::shutdown(socket_, SHUT_WR);
  const auto deadline = Clock::now() + patience;
  do {
    begin_ = buffer_.size();
  } while (Clock::now() < deadline && fill(deadline) == Filled::kBytes);
}

void Connection::rest() {
  if (begin_ == buffer_.size()) {
    std::string().swap(buffer_);  // `= {}` would keep the memory
    begin_ = 0;
  }
  std::string().swap(head_);
  head_begin_ = 0;
  std::string().swap(target_);
  std::string().swap(written_);
}

void Connection::abort() { ::shutdown(socket_, SHUT_RDWR); }

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const { address_of(socket_, ::getpeername, ip, port); }

void Connection::get_local_ip_and_port(std::string& ip, int& port) const { address_of(socket_, ::getsockname, ip, port); }

}  // namespace sleipnir::api
