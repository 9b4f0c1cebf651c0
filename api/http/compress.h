#pragma once
#include <functional>
#include <memory>
#include <string_view>

namespace sleipnir::api {

enum class Encoding { kIdentity, kGzip, kZstd };

/// What of an Accept-Encoding header suits us best (RFC 9110 §12.5.3): the highest weight wins, of equal ones zstd, then gzip. A missing header, a client that wants
/// something else or none: kIdentity.
Encoding choose_encoding(std::string_view accept_encoding);
/// The name of a content coding; "" for kIdentity.
std::string_view encoding_name(Encoding encoding);

/// Compresses an answer while it is written, in blocks of up to 64 KiB, at the fastest level: JSON of logs shrinks eight-fold already, and the server's processor is
/// dearer than the network.
class Compressor {
 public:
  /// False: the reader is gone.
  using Write = std::function<bool(const char* data, size_t size)>;

  /// kIdentity hands everything on as it is.
  static std::unique_ptr<Compressor> make(Encoding encoding, Write write);
  virtual ~Compressor() = default;

  /// False, now and ever after, once `write` has returned false.
  virtual bool add(std::string_view bytes) = 0;
  /// Writes what is left; call it once, at the end.
  virtual bool finish() = 0;
};

}  // namespace sleipnir::api
