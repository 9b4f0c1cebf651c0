// The input as the payload of a record, and as a whole segment: replay repairs it, and finds nothing wrong the second time.
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "input.h"
#include "storage/wal_reader.h"

using namespace sleipnir;

namespace {

uint64_t replay(const std::filesystem::path& path, bool repaired) {
  storage::StreamIndex index;
  uint64_t rows = 0;
  const auto result = storage::replay_wal_segment(path, index, [&](storage::PushBatch&& batch) { rows += batch.rows.size(); });
  fuzz::require(result.ok() || result.error().kind == ErrorKind::kCorrupt, "replay fails only for a newer format");
  if (repaired && result) fuzz::require(!result->damaged && result->torn_bytes == 0, "a repaired segment is intact");
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  {
    storage::StreamIndex index;
    storage::PushBatch batch;
    (void)storage::decode_push(std::make_shared<const std::string>(bytes), index, batch);
  }
  static const std::filesystem::path folder = [] {
    auto f = std::filesystem::temp_directory_path() / ("sleipnir-fuzz-wal-" + std::to_string(getpid()));
    std::filesystem::create_directories(f);
    return f;
  }();
  const auto path = folder / "1.wal";
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const uint64_t rows = replay(path, false);
  fuzz::require(!std::filesystem::exists(path) || replay(path, true) == rows, "replay gives the same rows again");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return 0;
}
