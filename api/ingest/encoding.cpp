#include "api/ingest/encoding.h"

#include "api/ingest/body.h"
#include "api/ingest/push.h"
#include "base/text.h"

namespace sleipnir::api {

Result<std::string_view> unpack_body(std::string_view encoding, std::string_view body, std::string& buffer, MemoryShare* memory) {
  if (encoding.empty() || encoding == "identity") {
    if (auto taken = take_for_decoding(memory, body.size()); !taken) return taken.error();
    return body;
  }
  using Unpack = Result<void> (*)(std::string_view, uint64_t, std::string&, MemoryShare*);
  static constexpr std::pair<std::string_view, Unpack> kEncodings[] = {{"gzip", gunzip}, {"deflate", inflate_raw}, {"zstd", unzstd}, {"lz4", unlz4}, {"snappy", unsnap}};
  for (const auto& [name, unpack] : kEncodings) {
    if (encoding != name) continue;
    if (auto done = unpack(body, kMaxDecompressedBytes, buffer, memory); !done) return done.error();
    if (auto taken = take_for_decoding(memory, buffer.size()); !taken) return taken.error();
    return std::string_view(buffer);
  }
  return invalid("Content-Encoding " + go_quote(encoding) + " not supported");
}

}  // namespace sleipnir::api
