#include "api/http/websocket.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "api/http/split.h"
#include "api/http/tls_relay.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

namespace net = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

constexpr size_t kMostReceived = 64 << 10;  // of one message; clients have nothing to say here
constexpr auto kPingInterval = std::chrono::seconds(1);
constexpr auto kHandshakeTime = std::chrono::seconds(20), kGoodbyeTime = std::chrono::seconds(2);
constexpr int kSendBuffer = 256 << 10;      // a reader that stalls shall be noticed soon; the kernel's default grows to megabytes

bool has_token(std::string_view list, std::string_view token) {
  bool found = false;
  each_part(list, ',', [&](std::string_view item) { found = found || to_lower(trim_space(item)) == token; });
  return found;
}

/// A descriptor of its own for the library, which closes what it was given.
int own_descriptor(const Connection& connection, const std::optional<TlsRelay>& relay) {
  setsockopt(connection.descriptor(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  return relay ? relay->inner() : ::dup(connection.descriptor());
}

/// What the library has to see of the request, and the bytes that came after it.
std::string handshake(Connection& connection, std::string_view key) {
  std::string text = "GET / HTTP/1.1\r\nHost: tail\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
  text.append(key) += "\r\n\r\n";
  char block[4096];
  while (connection.buffered()) {
    const ssize_t n = connection.read(block, sizeof block);
    if (n <= 0) break;
    text.append(block, static_cast<size_t>(n));
  }
  return text;
}

}  // namespace

bool asks_for_websocket(const Request& request) {
  return request.method == "GET" && has_token(request.header("Upgrade"), "websocket") && has_token(request.header("Connection"), "upgrade") &&
         request.header("Sec-WebSocket-Version") == "13" && !request.header("Sec-WebSocket-Key").empty() && request.header("Sec-WebSocket-Key").size() < 200;
}

struct WebSocket::Session {
  Session(Connection& connection, std::string_view key) : request(handshake(connection, key)), stream(io) {
    if (connection.tls() != nullptr) relay.emplace(*connection.tls(), connection.descriptor());
    const int family = relay ? AF_UNIX : AF_INET, protocol = relay ? 0 : IPPROTO_TCP;
    error_code ignored;  // a descriptor that is none fails in the handshake
    stream.next_layer().assign(net::generic::stream_protocol(family, protocol), own_descriptor(connection, relay), ignored);
    stream.set_option(websocket::stream_base::timeout{kHandshakeTime, websocket::stream_base::none(), false});
    stream.read_message_max(kMostReceived);
    stream.text(true);
    stream.auto_fragment(false);  // a text is one frame, which every client understands
  }

  void start() {
    stream.async_accept(net::buffer(request), [this](error_code e) {
      if (e) return abort();
      accepted = true;
      receive();
      ping();
      pump();
    });
  }

  void receive() {
    stream.async_read(received, [this](error_code e, size_t) {
      if (e) return abort();
      received.consume(received.size());
      receive();
    });
  }

  void ping() {
    ping_timer.expires_after(kPingInterval);
    ping_timer.async_wait([this](error_code e) {
      if (e || over) return;
      ping();
      if (!pinging && !closing) {
        pinging = true;
        stream.async_ping({}, [this](error_code failed) {
          pinging = false;
          if (failed) abort();
        });
      }
      call_pump();
    });
  }

  void send(std::string text) {
    sending = std::move(text);
    busy = true;
    busy_since = Clock::now();
    stream.async_write(net::buffer(sending), [this](error_code e, size_t) {
      busy = false;
      std::string().swap(sending);
      if (e) return abort();
      call_pump();
    });
  }

  void wake_at(Clock::time_point time) {
    wake_timer.expires_at(time);
    wake_timer.async_wait([this](error_code e) {
      if (!e) call_pump();
    });
  }

  void close(uint16_t code, std::string_view reason) {
    if (closing || over) return;
    closing = true;
    stream.async_close({static_cast<websocket::close_code>(code), boost::beast::string_view(reason.data(), std::min<size_t>(reason.size(), 123))},
                       [this](error_code) { abort(); });
    wake_timer.expires_after(kGoodbyeTime);
    wake_timer.async_wait([this](error_code e) {
      if (!e) abort();
    });
  }

  void abort() {
    if (over) return;
    over = true;
    io.stop();  // what is pending ends with the objects; the stream's own timers would run on for seconds
  }

  void call_pump() {
    if (accepted && !closing && !over) pump();
  }

  net::io_context io{1};
  const std::string request;
  std::optional<TlsRelay> relay;  // ends after the stream, whose end of it is closed then
  websocket::stream<net::generic::stream_protocol::socket> stream;
  net::steady_timer ping_timer{io}, wake_timer{io};
  boost::beast::flat_buffer received;
  std::string sending;
  std::function<void()> pump;
  Clock::time_point busy_since;
  bool accepted = false, busy = false, pinging = false, closing = false, over = false;
};

WebSocket::WebSocket(Connection& connection, std::string_view key) : session_(std::make_unique<Session>(connection, key)) {}

WebSocket::~WebSocket() = default;

void WebSocket::run(std::function<void()> pump) {
  session_->pump = std::move(pump);
  session_->start();
  session_->io.run();
}

void WebSocket::wake() {
  net::post(session_->io, [session = session_.get()] { session->call_pump(); });
}

bool WebSocket::busy() const { return session_->busy; }

WebSocket::Clock::time_point WebSocket::busy_since() const { return session_->busy_since; }

void WebSocket::send(std::string text) { session_->send(std::move(text)); }

void WebSocket::wake_at(Clock::time_point time) { session_->wake_at(time); }

void WebSocket::close(uint16_t code, std::string_view reason) { session_->close(code, reason); }

void WebSocket::abort() { session_->abort(); }

}  // namespace sleipnir::api
