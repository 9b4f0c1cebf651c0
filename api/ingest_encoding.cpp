#include "api/ingest_encoding.h"

#include "api/ingest_body.h"
#include "base/text.h"

namespace sleipnir::api {

Result<std::string_view> unpack_body(std::string_view encoding, std::string_view body, std::string& buffer) {
  if (encoding.empty() || encoding == "identity") return body;
  using Unpack = Result<void> (*)(std::string_view, uint64_t, std::string&);
  static constexpr std::pair<std::string_view, Unpack> kEncodings[] = {{"gzip", gunzip}, {"deflate", inflate_raw}, {"zstd", unzstd}, {"lz4", unlz4}, {"snappy", unsnap}};
  for (const auto& [name, unpack] : kEncodings) {
    if (encoding != name) continue;
    if (auto done = unpack(body, kMaxDecompressedBytes, buffer); !done) return done.error();
    return std::string_view(buffer);
  }
  return invalid("Content-Encoding " + go_quote(encoding) + " not supported");
}

}  // namespace sleipnir::api
