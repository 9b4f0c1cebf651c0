#include "storage/head/push_batch.h"

#include <cassert>

#include "storage/bytes.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

constexpr size_t kMostVarint = 10;

size_t most_bytes(const LabelSet& labels) { return kMostVarint + labels.bytes() + 2 * kMostVarint * labels.size(); }

size_t most_bytes(const std::vector<AcceptedStream>& streams) {
  size_t n = kMostVarint;
  for (const AcceptedStream& s : streams) {
    n += most_bytes(s.stream->labels) + kMostVarint;
    for (const Entry* e : s.entries) n += 2 * kMostVarint + e->line.size() + most_bytes(e->metadata);
  }
  return n;
}

void add_row(PushBatch& batch, Nanos timestamp, const Stream* stream, std::string_view line, std::string_view metadata) {
  batch.rows.push_back({timestamp, batch.rows.size(), stream, line, metadata});
  // Line and metadata lie next to each other: one pass over both.
  std::string_view content(line.data(), metadata.data() + metadata.size() - line.data());
  batch.identities.push_back(identify(stream->id, timestamp, line.size(), content));
}

}  // namespace

Result<PushBatch> encode_push(const std::vector<AcceptedStream>& streams) {
  size_t most = most_bytes(streams);
  if (most > wal::kMaxPayload) return Error{ErrorKind::kTooLarge, "a push of " + std::to_string(most) + " bytes is too large to store at once"};
  auto payload = std::make_shared<std::string>();
  payload->reserve(most);  // so that it never moves: rows point into it while it grows
  PushBatch batch;
  put_varint(*payload, streams.size());
  for (const AcceptedStream& s : streams) {
    put_labels(*payload, s.stream->labels);
    put_varint(*payload, s.entries.size());
    uint64_t previous = 0;
    for (const Entry* e : s.entries) {
      put_varint(*payload, zigzag_delta(e->timestamp, previous));
      previous = e->timestamp;
      put_bytes(*payload, e->line);
      const char* end_of_line = payload->data() + payload->size();
      put_labels(*payload, e->metadata);
      add_row(batch, e->timestamp, s.stream, {end_of_line - e->line.size(), e->line.size()},
              {end_of_line, static_cast<size_t>(payload->data() + payload->size() - end_of_line)});
    }
  }
  assert(payload->size() <= most);
  batch.payload = std::move(payload);
  return batch;
}

bool decode_push(std::shared_ptr<const std::string> payload, StreamIndex& index, PushBatch& batch) {
  ByteReader in(*payload);
  for (uint64_t streams = in.count(2); streams > 0 && in.ok(); streams--) {
    LabelSet labels = read_labels(in);
    uint64_t entries = in.count(3);
    if (!in.ok()) return false;
    const Stream* stream = index.resolve(labels);
    uint64_t previous = 0;
    for (; entries > 0; entries--) {
      previous = undo_zigzag_delta(in.varint(), previous);
      std::string_view line = in.bytes();
      uint32_t text_bytes;
      std::string_view metadata = read_coded_labels(in, text_bytes);
      if (!in.ok()) return false;
      add_row(batch, static_cast<Nanos>(previous), stream, line, metadata);
    }
  }
  batch.payload = std::move(payload);
  return in.finished();
}

}  // namespace sleipnir::storage
