// The input as a whole segment, and as the payload of a sound record between two others: replay repairs the segment, and finds nothing wrong the
// second time.
#include <spdlog/spdlog.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "input.h"
#include "scratch.h"
#include "storage/bytes.h"
#include "storage/format.h"
#include "storage/wal/reader.h"

using namespace sleipnir;

namespace {

const bool quiet = (spdlog::set_level(spdlog::level::off), true);  // each damage is logged

uint64_t replay(const std::filesystem::path& path, bool repaired) {
  storage::StreamIndex index;
  uint64_t rows = 0;
  const auto result = storage::replay_wal_segment(path, index, [&](storage::PushBatch&& batch) { rows += batch.rows.size(); });
  fuzz::require(result.ok() || result.error().kind == ErrorKind::kCorrupt, "replay fails only for a newer format");
  if (repaired && result) fuzz::require(!result->damaged && result->torn_bytes == 0, "a repaired segment is intact");
  return rows;
}

std::string record(std::string_view payload, uint64_t arrival) {
  std::string header;
  storage::put_fixed<uint32_t>(header, storage::wal::kRecordMagic);
  storage::put_fixed<uint32_t>(header, static_cast<uint32_t>(payload.size()));
  storage::put_fixed<uint64_t>(header, arrival);
  storage::put_fixed<uint64_t>(header, storage::checksum(payload));
  storage::put_fixed<uint64_t>(header, storage::checksum(header));
  return header.append(payload);
}

/// One stream {a="b"} with one entry.
const std::string kSoundPayload("\1\1\1a\1b\1\2\4line\0", 14);

/// Replays the segment twice; returns the rows of the first time.
uint64_t replay_twice(const std::filesystem::path& folder, std::string_view segment) {
  const auto path = folder / "1.wal";
  std::ofstream(path, std::ios::binary).write(segment.data(), static_cast<std::streamsize>(segment.size()));
  const uint64_t rows = replay(path, false);
  fuzz::require(!std::filesystem::exists(path) || replay(path, true) == rows, "replay gives the same rows again");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::filesystem::path folder = [] {
    auto f = testing::scratch_folder("fuzz");
    std::filesystem::create_directories(f);
    return f;
  }();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  storage::StreamIndex index;
  storage::PushBatch batch;
  const bool sound = storage::decode_push(std::make_shared<const std::string>(bytes), index, batch);
  replay_twice(folder, bytes);
  const std::string header = storage::FileHeader::make(storage::wal::kMagic, storage::wal::kVersion);
  const uint64_t rows = replay_twice(folder, header + record(kSoundPayload, 1) + record(bytes, 2) + record(kSoundPayload, 2 + batch.rows.size()));
  fuzz::require(rows == (sound ? batch.rows.size() + 2 : 1), "a record is replayed whole or not at all");
  return 0;
}
