#pragma once
#include <sys/types.h>

#include <memory>
#include <string>

#include "base/result.h"

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

namespace sleipnir::api {

/// Certificate and key, read once. Sessions share it; it must outlive them. Any thread.
class TlsContext {
 public:
  /// PEM files; the certificate's is followed by its chain. TLS 1.2 and 1.3. Errors (kInvalid) name the file.
  static Result<std::shared_ptr<TlsContext>> load(const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;

 private:
  friend class TlsSession;
  explicit TlsContext(SSL_CTX* context) : context_(context) {}
  SSL_CTX* context_;
};

/// The server's side of TLS on a socket that does not block and stays its owner's. The handshake happens by itself in the first read or write.
/// One thread at a time.
class TlsSession {
 public:
  TlsSession(const TlsContext& context, int socket);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;

  /// As recv and send. -1 with errno EAGAIN: poll for wanted(), then try again with the same bytes. 0 from read: the client is done.
  ssize_t read(char* data, size_t size);
  ssize_t write(const char* data, size_t size);
  /// POLLIN or POLLOUT.
  short wanted() const { return wanted_; }
  /// Bytes were received that read() has not given out; poll does not see them.
  bool pending() const;
  /// Tells the client that nothing more comes, once.
  void say_goodbye();

 private:
  ssize_t outcome(int n);

  SSL* ssl_;
  short wanted_ = 0;
  bool broken_ = false, said_goodbye_ = false;
};

}  // namespace sleipnir::api
