#include "api/http/answer_body.h"

#include "api/http/compress.h"
#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

constexpr size_t kCompressFrom = 1400;   // smaller answers fit one packet anyway
constexpr size_t kStreamFrom = 1 << 20;  // larger answers are never joined

/// Gives each piece's memory back once it is written.
bool write_pieces(Response& response, Compressor& out) {
  for (std::string& piece : response.body) {
    if (!out.add(piece)) return false;
    std::string().swap(piece);
  }
  return true;
}

bool write_stream(const Response& response, Compressor& out) {
  const auto done = response.stream([&](std::string_view bytes) { return out.add(bytes); });
  if (!done) spdlog::warn("an answer was cut short: {}", done.error().message);
  return done.ok();
}

}  // namespace

void put_body(Response& response, std::string_view accept_encoding, bool old_protocol, httplib::Response& raw) {
  const size_t size = response.bytes();
  Encoding encoding = Encoding::kIdentity;
  if (response.stream || size >= kCompressFrom) encoding = choose_encoding(accept_encoding);
  if (encoding != Encoding::kIdentity) raw.set_header("Content-Encoding", std::string(encoding_name(encoding)));
  if (response.stream || (size >= kStreamFrom && !old_protocol)) {
    raw.set_chunked_content_provider(response.content_type, [&response, encoding](size_t, httplib::DataSink& sink) {
      const auto out = Compressor::make(encoding, [&](const char* data, size_t n) { return sink.write(data, n); });
      const bool ok = response.stream ? write_stream(response, *out) : write_pieces(response, *out);
      if (!ok || !out->finish()) return false;
      sink.done();
      return true;
    });
    return;
  }
  const auto out = Compressor::make(encoding, [&](const char* data, size_t n) {
    raw.body.append(data, n);
    return true;
  });
  write_pieces(response, *out);
  out->finish();
}

}  // namespace sleipnir::api
