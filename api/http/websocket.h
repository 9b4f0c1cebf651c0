#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/http/connection.h"
#include "api/http/exchange.h"

namespace sleipnir::api {

/// Whether the headers ask for a websocket of the one version there is (RFC 6455 §4.2.1).
bool asks_for_websocket(const Request& request);

/// The server's side of a websocket that sends texts and ignores what it gets. Boost.Beast speaks the protocol, on a connection whose request was
/// read. It pings each second, so that proxies keep the connection and a dead client is found.
class WebSocket {
 public:
  using Clock = std::chrono::steady_clock;

  /// `key` is the request's Sec-WebSocket-Key. The connection must outlive this and is not to be used by anybody else meanwhile.
  WebSocket(Connection& connection, std::string_view key);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;

  /// Shakes hands and returns when the session is over, whoever ended it. `pump` is called in this thread: after the handshake, when a text
  /// was sent, after wake(), at the time of wake_at(), and each second.
  void run(std::function<void()> pump);
  /// Any thread, as long as this lives.
  void wake();

  // The rest is for `pump`.

  /// A text is being sent: the client has not taken all of it.
  bool busy() const;
  /// Since when; only while busy.
  Clock::time_point busy_since() const;
  /// Not while busy.
  void send(std::string text);
  /// Replaces the time set before.
  void wake_at(Clock::time_point time);
  /// Says goodbye (reason: up to 123 bytes, the rest is cut off) and ends the session, after two seconds at the latest.
  void close(uint16_t code, std::string_view reason);
  /// Ends the session at once.
  void abort();

 private:
  struct Session;
  std::unique_ptr<Session> session_;
};

inline constexpr uint16_t kGoingAway = 1001, kInternalError = 1011;

}  // namespace sleipnir::api
