#include "api/ingest/otlp.h"

#include "api/ingest/body.h"
#include "api/ingest/commit.h"
#include "api/ingest/otlp_mapping.h"

namespace sleipnir::api {
namespace {

Result<std::string_view> decompress(const PushRequestView& request, std::string& buffer) {
  const std::string_view encoding = request.content_encoding;
  if (encoding.empty()) return request.body;
  Result<void> done;
  if (encoding == "gzip") done = gunzip(request.body, kMaxDecompressedBytes, buffer, request.memory);
  else if (encoding == "zstd") done = unzstd(request.body, kMaxDecompressedBytes, buffer, request.memory);
  else if (encoding == "lz4") done = unlz4(request.body, kMaxDecompressedBytes, buffer, request.memory);
  else return invalid("unsupported content encoding " + std::string(encoding) + ": only gzip, lz4 and zstd are supported");
  if (!done) return done.error();
  return std::string_view(buffer);
}

Result<std::vector<ReceivedStream>> decode(const PushRequestView& request, const Limits& limits) {
  if (request.body.size() > kMaxBodyBytes) return body_too_large(request.body.size(), kMaxBodyBytes);
  std::string buffer;
  auto body = decompress(request, buffer);
  if (!body) return body.error();
  const bool json = request.content_type == "application/json";
  if (!json && request.content_type != "application/x-protobuf")
    return invalid("content type: " + std::string(request.content_type) + " is not supported");
  if (auto taken = take_for_decoding(request.memory, body->size()); !taken) return taken.error();
  auto logs = json ? decode_otlp_json(*body) : decode_otlp_proto(*body);
  if (!logs) return logs.error();
  return streams_of(std::move(*logs), limits, now());
}

}  // namespace

std::string otlp_status(std::string_view message) {
  std::string out = "\x12";  // field 2
  for (size_t n = message.size();; n >>= 7) {
    out += static_cast<char>((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
    if (n <= 0x7f) break;
  }
  return out.append(message);
}

PushOutcome handle_otlp(storage::Store& store, const std::string& tenant, const Limits& limits, const PushRequestView& request,
                        IngestMetrics& metrics, TailHub* tails) {
  ++metrics.requests;
  auto streams = decode(request, limits);
  PushOutcome outcome = streams ? commit(store, tenant, limits, std::move(*streams), metrics, tails) : outcome_of(streams.error());
  if (outcome.status == 204) return outcome;
  ++metrics.failed_requests;
  if (outcome.status == 500) outcome.status = 503;
  outcome.message = otlp_status(outcome.message);
  return outcome;
}

}  // namespace sleipnir::api
