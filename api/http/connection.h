#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/http/tls.h"
#include "base/http.h"
#include "base/scan.h"

namespace sleipnir::api {

/// How much and how long a client may take.
struct ConnectionBounds {
  size_t head = 1 << 20;                    ///< request line and headers, bytes; a query of 128 KiB may be percent-encoded
  std::chrono::seconds head_time{20};       ///< from the first byte of a head to its last
  std::chrono::seconds read_time{60};       ///< without a byte of a body
  std::chrono::seconds write_time{60};      ///< without the client taking a byte
  std::chrono::seconds idle_time{180};      ///< between requests
};

/// An accepted socket, as the byte stream that the HTTP library reads requests from. One thread at a time.
///
/// The library's shared object was built with limits too small for LogQL (8 KiB of request target) and with select(), which ends at
/// descriptor 1023. So the connection reads the head of a request itself, with bounds and poll(), keeps the target, and shows the library
/// the same head with the target `/`.
class Connection : public httplib::Stream {
 public:
  /// Owns `socket`, which must not block. With `tls` the client must speak TLS.
  Connection(int socket, const ConnectionBounds& bounds, const TlsContext* tls = nullptr);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  enum class Head { kComplete, kClosed, kTooLarge, kTooSlow, kMalformed };
  /// Waits for the next request. kClosed also where the client went away in between.
  Head read_head();
  /// Of the head read last, as it came.
  const std::string& target() const { return target_; }
  /// True when bytes of a next request are here already.
  bool buffered() const { return begin_ < buffer_.size() || (tls_ && tls_->pending()); }
  /// Bytes taken after the head: of the body, encoded as it came.
  uint64_t body_bytes() const { return body_bytes_; }
  /// Reading fails after so many bytes of body.
  void limit_body(uint64_t bytes) { body_limit_ = bytes; }

  /// Sends what was written: writes are gathered, so that a small answer is one packet. False when the client takes nothing any more.
  bool flush();
  /// Drops whatever is written from now on.
  void mute() { muted_ = true; }
  /// Says that nothing more will be sent, and takes what the client still sends for up to `patience`, so that it can read an early answer.
  void linger(std::chrono::milliseconds patience);
  /// Gives back memory between requests.
  void rest();
  /// Wakes whoever reads or writes, for good.
  void abort();

  int descriptor() const { return socket_; }
  /// nullptr where bytes go over the socket as they are.
  TlsSession* tls() const { return tls_.get(); }
  Cancellation cancellation;              ///< of the request in progress
  std::function<void()> watch_hangup;     ///< asks to set `cancellation` when the client goes away; call it when the body is read

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* data, size_t size) override;
  ssize_t write(const char* data, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return 0; }  // only ever compared with select()'s limit

 private:
  using Clock = std::chrono::steady_clock;
  enum class Filled { kBytes, kEnd, kTimeout };
  Filled fill(Clock::time_point deadline);
  bool wait(short events, Clock::time_point deadline) const;
  ssize_t receive(char* data, size_t size);
  ssize_t send(const char* data, size_t size);
  /// What to wait for when receive() or send() could not go on.
  short wanted(short plain) const { return tls_ ? tls_->wanted() : plain; }
  Head take_head(size_t head_end);

  int socket_;
  ConnectionBounds bounds_;
  std::unique_ptr<TlsSession> tls_;
  std::string buffer_;      // received; [begin_, end) is not consumed
  size_t begin_ = 0;
  std::string head_;        // what the library sees of the head
  size_t head_begin_ = 0;
  std::string target_;
  uint64_t body_bytes_ = 0, body_limit_ = UINT64_MAX;
  std::string written_;     // not sent yet
  bool muted_ = false;
};

}  // namespace sleipnir::api
