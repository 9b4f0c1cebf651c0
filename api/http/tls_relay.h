#pragma once
#include <string>
#include <thread>

#include "api/http/tls.h"

namespace sleipnir::api {

/// Lets code that wants a socket of its own speak through a TLS session: what is written to inner() goes out encrypted, and the other way round.
/// Costs a thread; meant for the few connections that become websockets.
class TlsRelay {
 public:
  /// `socket` is the session's. Both must outlive this and are nobody else's meanwhile.
  TlsRelay(TlsSession& session, int socket);
  /// Sends what was written to inner() before it was closed, for up to two seconds.
  ~TlsRelay();
  TlsRelay(const TlsRelay&) = delete;

  /// The caller closes it, before this ends. -1 where the system refuses.
  int inner() const { return inner_; }

 private:
  void run();
  bool carry_out();
  bool carry_in();

  TlsSession& session_;
  const int socket_;
  int inner_ = -1, outer_ = -1, stop_ = -1;
  std::string out_, in_;  // on their way to the client, and from it
  bool inner_ended_ = false;
  std::thread thread_;
};

}  // namespace sleipnir::api
