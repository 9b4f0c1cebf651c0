#include "api/ingest/push.h"

#include "api/ingest/body.h"
#include "api/ingest/commit.h"
#include "api/ingest/json.h"
#include "api/ingest/media_type.h"
#include "api/ingest/proto.h"
#include "api/memory_budget.h"
#include "base/text.h"

namespace sleipnir::api {
namespace {

/// What lines are borrowed from where a body was compressed.
struct Unpacked {
  std::string body;
  UnpackedBody message;
};

/// The body without its transport encoding; `buffer` holds it if it had one. `snappy` says nothing: JSON is never compressed that way and
/// protobuf always is (http-api.md §9.1).
Result<std::string_view> decompress(const PushRequestView& request, std::string& buffer) {
  const std::string_view encoding = request.content_encoding;
  if (encoding.empty() || encoding == "snappy") return request.body;
  Result<void> done;
  if (encoding == "gzip") done = gunzip(request.body, kMaxDecompressedBytes, buffer, request.memory);
  else if (encoding == "deflate") done = inflate_raw(request.body, kMaxDecompressedBytes, buffer, request.memory);
  else return invalid("Content-Encoding " + go_quote(encoding) + " not supported");
  if (!done) return done.error();
  return std::string_view(buffer);
}

Result<std::vector<ReceivedStream>> decode(const PushRequestView& request, Unpacked& unpacked) {
  if (request.body.size() > kMaxBodyBytes) return body_too_large(request.body.size(), kMaxBodyBytes);
  auto body = decompress(request, unpacked.body);
  if (!body) return body.error();
  auto media_type = parse_media_type(request.content_type);
  if (!media_type) return media_type.error();
  if (*media_type == "application/json") {
    if (auto taken = take_for_decoding(request.memory, body->size()); !taken) return taken.error();
    return request.legacy ? decode_push_json_legacy(*body) : decode_push_json(*body);
  }
  auto message = unsnap(*body, kMaxDecompressedBytes, request.memory);
  if (!message) return message.error();
  unpacked.message = std::move(*message);
  if (auto taken = take_for_decoding(request.memory, unpacked.message.size); !taken) return taken.error();
  return decode_push_proto(unpacked.message.view());
}

}  // namespace

Result<void> take_for_decoding(MemoryShare* memory, size_t bytes) {
  constexpr uint64_t kFactor = 3;
  return memory == nullptr ? Result<void>() : memory->take(kFactor * bytes);
}

PushOutcome handle_push(storage::Store& store, const std::string& tenant, const Limits& limits, const PushRequestView& request,
                        IngestMetrics& metrics, TailHub* tails) {
  ++metrics.requests;
  Unpacked unpacked;
  auto streams = decode(request, unpacked);
  PushOutcome outcome = streams ? commit(store, tenant, limits, std::move(*streams), metrics, tails) : outcome_of(streams.error());
  if (outcome.status != 204) {
    ++metrics.failed_requests;
    outcome.message += '\n';
  }
  return outcome;
}

}  // namespace sleipnir::api
