#include "api/gzip.h"

#include <zlib.h>

#include <array>

#include "api/split.h"
#include "base/text.h"

namespace sleipnir::api {

bool accepts_gzip(std::string_view accept) {
  bool accepts = false;
  each_part(accept, ',', [&](std::string_view item) {
    item = trim_space(item);
    if (item.starts_with("gzip")) accepts = item.find("q=0") == item.npos || item.find("q=0.") != item.npos;
  });
  return accepts;
}

bool gzip(const std::vector<std::string>& pieces, const std::function<bool(const char*, size_t)>& write) {
  // Level 1: JSON of logs shrinks eight-fold already, and the server's processor is dearer than the network.
  z_stream z{};
  if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
  std::array<char, 64 << 10> out;
  bool ok = true;
  const auto run = [&](std::string_view in, int flush) {
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z.avail_in = static_cast<uInt>(in.size());
    do {
      z.next_out = reinterpret_cast<Bytef*>(out.data());
      z.avail_out = out.size();
      deflate(&z, flush);
      if (const size_t n = out.size() - z.avail_out; n > 0) ok = write(out.data(), n);
    } while (ok && z.avail_out == 0);
  };
  constexpr size_t kMost = 1 << 30;  // avail_in has 32 bits
  for (const std::string& piece : pieces)
    for (size_t i = 0; ok && i < piece.size(); i += kMost) run(std::string_view(piece).substr(i, kMost), Z_NO_FLUSH);
  if (ok) run({}, Z_FINISH);
  deflateEnd(&z);
  return ok;
}

}  // namespace sleipnir::api
