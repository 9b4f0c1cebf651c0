#include "storage/wal/reader.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "storage/bytes.h"
#include "storage/format.h"

namespace sleipnir::storage {
namespace {

enum class Found { kRecord, kTorn, kDamaged };

struct RecordHeader {
  uint32_t magic, payload_bytes;
  uint64_t first_arrival, payload_checksum;
  bool intact;

  explicit RecordHeader(std::string_view bytes) {
    ByteReader in(bytes);
    magic = in.fixed<uint32_t>();
    payload_bytes = in.fixed<uint32_t>();
    first_arrival = in.fixed<uint64_t>();
    payload_checksum = in.fixed<uint64_t>();
    intact = in.fixed<uint64_t>() == checksum(bytes.substr(0, 24)) && magic == wal::kRecordMagic;
  }
};

bool all_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

/// Reads the record at the beginning of `bytes` and drops it from there.
Found take_record(std::string_view& bytes, StreamIndex& index, PushBatch& batch) {
  // A crash leaves a record cut short, or zeros: a block that was not full, or a file that was made longer before its data arrived.
  if (bytes.size() < wal::kRecordHeaderBytes || all_zero(bytes)) return Found::kTorn;
  RecordHeader header(bytes.substr(0, wal::kRecordHeaderBytes));
  if (!header.intact) return Found::kDamaged;
  std::string_view rest = bytes.substr(wal::kRecordHeaderBytes);
  if (rest.size() < header.payload_bytes) return Found::kTorn;
  std::string_view payload = rest.substr(0, header.payload_bytes);
  if (checksum(payload) != header.payload_checksum) return Found::kDamaged;
  if (!decode_push(std::make_shared<const std::string>(payload), index, batch)) return Found::kDamaged;
  batch.number_from(header.first_arrival);
  bytes = rest.substr(header.payload_bytes);
  return Found::kRecord;
}

Result<void> cut(const std::filesystem::path& path, uint64_t bytes) {
  std::error_code ec;
  std::filesystem::resize_file(path, bytes, ec);
  if (ec) return io_error(path, "truncate", ec.value());
  return {};
}

/// Copies `rest` beside the segment before it is cut off: damage is never deleted.
Result<void> keep_aside(const std::filesystem::path& path, std::string_view rest) {
  auto file = File::create(damaged_name(path));
  if (!file) return file.error();
  if (auto written = file->write(rest); !written) return written;
  spdlog::error("wal: {} is damaged; {} bytes from the first bad record on were set aside as {}", path.string(), rest.size(),
                file->path().string());
  return file->sync();
}

}  // namespace

Result<WalReplay> replay_wal_segment(const std::filesystem::path& path, StreamIndex& index, const std::function<void(PushBatch&&)>& take) {
  auto contents = read_file(path);
  if (!contents) return contents.error();
  WalReplay replay;
  std::string_view rest = *contents;
  Found found = Found::kTorn;
  if (rest.size() >= FileHeader::kBytes && !all_zero(rest)) {
    auto check = FileHeader::check(rest, wal::kMagic, wal::kVersion);
    if (check == FileHeader::Check::kNewer) return corrupt(path, "was written by a newer version of this program");
    found = check == FileHeader::Check::kGood ? Found::kRecord : Found::kDamaged;
    if (found == Found::kRecord) rest.remove_prefix(FileHeader::kBytes);
  }
  while (found == Found::kRecord && !rest.empty()) {
    PushBatch batch;
    found = take_record(rest, index, batch);
    if (found != Found::kRecord) break;
    replay.records++;
    take(std::move(batch));
  }
  replay.bytes = contents->size() - rest.size();
  if (rest.empty()) return replay;

  if (found == Found::kDamaged) {
    replay.damaged = true;
    if (auto kept = keep_aside(path, rest); !kept) return kept.error();
  } else {
    replay.torn_bytes = rest.size();
    if (!all_zero(rest)) spdlog::warn("wal: {}: {} bytes of a record that was never acknowledged were cut off", path.string(), rest.size());
  }
  if (auto shortened = cut(path, replay.bytes); !shortened) return shortened.error();
  return replay;
}

}  // namespace sleipnir::storage
