#include "storage/wal/writer.h"

#include <spdlog/spdlog.h>

#include "storage/bytes.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

std::string record_header(const PushBatch& batch, uint64_t first_arrival) {
  std::string header;
  put_fixed(header, wal::kRecordMagic);
  put_fixed(header, static_cast<uint32_t>(batch.payload->size()));
  put_fixed(header, first_arrival);
  put_fixed(header, checksum(*batch.payload));
  put_fixed(header, checksum(header));
  return header;
}

}  // namespace

std::filesystem::path wal_segment_path(const std::filesystem::path& folder, uint64_t segment) {
  return folder / fmt::format("{:016x}{}", segment, wal::kSuffix);
}

WalWriter::WalWriter(std::filesystem::path folder, bool fsync, uint64_t next_segment)
    : folder_(std::move(folder)), fsync_(fsync), next_segment_(next_segment) {}

Result<void> WalWriter::begin_segment() {
  auto file = BlockAppender::create(wal_segment_path(folder_, next_segment_), fsync_);
  if (!file) return file.error();
  next_segment_++;
  const std::string header = FileHeader::make(wal::kMagic, wal::kVersion);
  const std::string_view piece = header;
  if (auto written = file->append({&piece, 1}); !written) return written;
  // Without this the file itself might be gone after power loss, however often it was synced.
  if (auto synced = sync_directory(folder_); !synced) return synced;
  file_ = std::move(*file);
  return {};
}

Result<void> WalWriter::append(std::span<PushBatch* const> batches, uint64_t first_arrival) {
  if (!file_.is_open()) {
    if (auto begun = begin_segment(); !begun) return begun;
  }
  std::vector<std::string> headers;
  headers.reserve(batches.size());
  std::vector<std::string_view> pieces;
  for (PushBatch* batch : batches) {
    batch->number_from(first_arrival);
    headers.push_back(record_header(*batch, first_arrival));
    first_arrival += batch->rows.size();
    pieces.push_back(headers.back());
    pieces.push_back(*batch->payload);
  }
  auto done = file_.append(pieces);
  if (done && fsync_) done = file_.sync();
  if (!done) {
    undo();
    return done;
  }
  unsynced_ = !fsync_;
  return {};
}

void WalWriter::undo() {
  auto undone = file_.truncate();
  if (undone && fsync_) undone = file_.sync();
  if (undone) return;
  spdlog::error("wal: a failed write could not be undone, a new segment is begun: {}", undone.error().message);
  rotate();
}

Result<void> WalWriter::sync() {
  if (!unsynced_) return {};
  unsynced_ = false;
  return file_.sync();
}

uint64_t WalWriter::rotate() {
  file_ = {};
  unsynced_ = false;
  return next_segment_ - 1;
}

}  // namespace sleipnir::storage
