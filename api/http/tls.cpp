#include "api/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

namespace sleipnir::api {
namespace {

Error cannot_use(const std::string& file) {
  const auto code = ERR_get_error();
  const char* why = ERR_SYSTEM_ERROR(code) ? std::strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
  ERR_clear_error();
  return invalid("cannot use " + file + ": " + (why != nullptr ? why : "unknown reason"));
}

int length(size_t size) { return static_cast<int>(std::min<size_t>(size, INT_MAX)); }

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::load(const std::string& certificate_file, const std::string& key_file) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) return cannot_use("TLS");
  std::shared_ptr<TlsContext> owner(new TlsContext(context));
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) return cannot_use(certificate_file);
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(context) != 1) return cannot_use(key_file);
  return owner;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsSession::TlsSession(const TlsContext& context, int socket) : ssl_(SSL_new(context.context_)) {
  broken_ = ssl_ == nullptr || SSL_set_fd(ssl_, socket) != 1;
  if (!broken_) SSL_set_accept_state(ssl_);
}

TlsSession::~TlsSession() { SSL_free(ssl_); }

ssize_t TlsSession::outcome(int n) {
  if (n > 0) return n;
  const int error = SSL_get_error(ssl_, n);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
    wanted_ = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    errno = EAGAIN;
    return -1;
  }
  broken_ = error != SSL_ERROR_ZERO_RETURN;
  ERR_clear_error();
  errno = ECONNRESET;
  return broken_ ? -1 : 0;
}

ssize_t TlsSession::read(char* data, size_t size) {
  if (broken_) return 0;
  ERR_clear_error();
  return outcome(SSL_read(ssl_, data, length(size)));
}

ssize_t TlsSession::write(const char* data, size_t size) {
  if (broken_) {
    errno = EPIPE;
    return -1;
  }
  ERR_clear_error();
  return outcome(SSL_write(ssl_, data, length(size)));
}

bool TlsSession::pending() const { return !broken_ && SSL_has_pending(ssl_) == 1; }

void TlsSession::say_goodbye() {
  if (broken_ || said_goodbye_ || !SSL_is_init_finished(ssl_)) return;
  said_goodbye_ = true;
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

}  // namespace sleipnir::api
