#include "api/http/tls_relay.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>

namespace sleipnir::api {
namespace {

constexpr size_t kBlock = 64 << 10;
constexpr auto kGoodbyeTime = std::chrono::seconds(2);

bool try_again() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

TlsRelay::TlsRelay(TlsSession& session, int socket) : session_(session), socket_(socket), stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  int pair[2];
  if (stop_ < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0) return;
  inner_ = pair[0];
  outer_ = pair[1];
  thread_ = std::thread([this] { run(); });
}

TlsRelay::~TlsRelay() {
  if (thread_.joinable()) {
    const uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(stop_, &one, sizeof one);
    thread_.join();
  }
  if (outer_ >= 0) ::close(outer_);
  if (stop_ >= 0) ::close(stop_);
}

/// From the inner socket to the client, at most a block at a time. False when the client takes nothing any more.
bool TlsRelay::carry_out() {
  if (out_.empty() && !inner_ended_) {
    out_.resize(kBlock);
    const ssize_t n = ::recv(outer_, out_.data(), kBlock, 0);
    inner_ended_ = n == 0 || (n < 0 && !try_again());
    out_.resize(n > 0 ? static_cast<size_t>(n) : 0);
  }
  if (out_.empty()) return true;
  const ssize_t n = session_.write(out_.data(), out_.size());
  if (n > 0) out_.erase(0, static_cast<size_t>(n));
  return n > 0 || try_again();
}

/// From the client to the inner socket. False at the client's end.
bool TlsRelay::carry_in() {
  if (in_.empty()) {
    in_.resize(kBlock);
    const ssize_t n = session_.read(in_.data(), kBlock);
    in_.resize(n > 0 ? static_cast<size_t>(n) : 0);
    if (n == 0 || (n < 0 && !try_again())) return false;
  }
  if (in_.empty()) return true;
  const ssize_t n = ::send(outer_, in_.data(), in_.size(), MSG_NOSIGNAL);
  if (n > 0) in_.erase(0, static_cast<size_t>(n));
  return n > 0 || try_again();
}

void TlsRelay::run() {
  auto end = std::chrono::steady_clock::time_point::max();
  bool open = true;
  while (open && std::chrono::steady_clock::now() < end) {
    open = carry_out() && (inner_ended_ || carry_in());
    if (inner_ended_ && out_.empty()) break;
    // Each side is waited for when there is something to bring to it or room for something from it.
    pollfd waits[3] = {{socket_, static_cast<short>((out_.empty() ? 0 : POLLOUT) | (in_.empty() ? POLLIN : 0)), 0},
                       {inner_ended_ ? -1 : outer_, static_cast<short>((in_.empty() ? 0 : POLLOUT) | (out_.empty() ? POLLIN : 0)), 0},
                       {end == decltype(end)::max() ? stop_ : -1, POLLIN, 0}};
    if (!session_.pending() || !in_.empty()) ::poll(waits, 3, 100);
    if (waits[2].revents != 0) end = std::chrono::steady_clock::now() + kGoodbyeTime;
  }
  session_.say_goodbye();
  ::shutdown(outer_, SHUT_RDWR);
}

}  // namespace sleipnir::api
