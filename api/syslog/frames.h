#pragma once
#include <string>
#include <string_view>

namespace sleipnir::api {

/// Cuts a TCP stream of syslog messages (RFC 6587): a message that begins with a digit is counted (`12 <13>1 - …`), any other ends with a line feed or a
/// zero byte. Holds at most kMost bytes.
class SyslogFrames {
 public:
  static constexpr size_t kMost = 256 << 10;  ///< longest message; a longer line is cut there, a longer count is a fault

  /// Takes what was received.
  void add(std::string_view bytes) { buffer_.append(bytes); }
  /// The next complete message, which lives until the next call of anything. False: more bytes are needed, or the stream is broken.
  bool next(std::string_view& message);
  /// What a client that is gone left without an end.
  bool last(std::string_view& message);
  /// A count makes no sense: where the next message begins is unknown.
  bool broken() const { return broken_; }

 private:
  bool next_counted(std::string_view rest, std::string_view& message);
  bool next_line(std::string_view rest, std::string_view& message);
  void compact();

  std::string buffer_;
  size_t begin_ = 0;
  bool broken_ = false;
};

}  // namespace sleipnir::api
