// A part whose directory was edited: the input is a list of (position, byte) edits of the uncompressed directory of a sound part, written
// back with right checksums. Opening and reading it gives rows or an error.
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "input.h"
#include "storage/bytes.h"
#include "storage/compression.h"
#include "storage/format.h"
#include "storage/part_reader.h"
#include "storage/store.h"

using namespace sleipnir;

namespace {

constexpr size_t kRows = 300;

struct SoundPart {
  std::filesystem::path folder, name;
  std::string before, directory;  // of the file: what precedes the directory; the directory, uncompressed
};

void fill(storage::Store& store) {
  std::vector<StreamEntries> streams;
  for (const char* app : {"a", "b", "c"}) {
    StreamEntries s{.labels = {{"app", app}}, .entries = {}};
    for (size_t i = 0; i < kRows / 3; ++i) {
      const std::string n = std::to_string(i);
      s.entries.push_back({.timestamp = static_cast<Nanos>(1772323200000000000 + i * 1000), .line = "line " + n, .metadata = {{"trace_id", n}}});
    }
    streams.push_back(std::move(s));
  }
  fuzz::require(store.append("t", std::move(streams)).ok() && store.flush().ok(), "the store takes the rows");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

SoundPart make() {
  SoundPart part;
  part.folder = std::filesystem::temp_directory_path() / ("sleipnir-fuzz-part-" + std::to_string(getpid()));
  {
    auto store = storage::Store::open({.directory = part.folder, .fsync = false});
    fuzz::require(store.ok(), "the store opens");
    fill(**store);
  }
  std::string bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(part.folder)) {
    if (entry.path().extension() != storage::part::kSuffix) continue;
    bytes = read(entry.path());
    part.name = entry.path().filename();
  }
  fuzz::require(bytes.size() > storage::part::kFooterBytes, "there is a part");
  storage::ByteReader footer(std::string_view(bytes).substr(bytes.size() - storage::part::kFooterBytes));
  const auto offset = footer.fixed<uint64_t>(), stored = footer.fixed<uint64_t>(), raw = footer.fixed<uint64_t>();
  fuzz::require(storage::decompress(std::string_view(bytes).substr(offset, stored), raw, part.directory), "the directory unpacks");
  part.before = bytes.substr(0, offset);
  std::filesystem::remove_all(part.folder);
  std::filesystem::create_directories(part.folder);
  return part;
}

void write(const SoundPart& part, const std::string& directory) {
  const std::string stored = storage::compress(directory, 1);
  std::string footer;
  for (const uint64_t v : {static_cast<uint64_t>(part.before.size()), static_cast<uint64_t>(stored.size()), static_cast<uint64_t>(directory.size()), storage::checksum(stored)})
    storage::put_fixed<uint64_t>(footer, v);
  storage::put_fixed<uint64_t>(footer, storage::checksum(footer));
  std::ofstream(part.folder / part.name, std::ios::binary) << part.before << stored << footer;
}

/// Rows that could be read, as the part says.
size_t rows_of(const std::filesystem::path& path) {
  storage::StreamIndex index;
  const auto part = storage::Part::open(path, index);
  if (!part) return 0;
  size_t rows = 0;
  for (size_t b = 0; b < (*part)->blocks().size() && b < 1000; ++b) {
    const auto block = (*part)->load(b, nullptr);
    if (!block || !(*block)->load_lines()) continue;
    for (size_t i = 0; i < (*block)->rows(); ++i) rows += (*block)->streams[i] != nullptr && (*block)->lines[i].size() == (*block)->line_lengths[i];
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const SoundPart part = make();
  std::string directory = part.directory;
  for (; size >= 3; data += 3, size -= 3) {
    uint16_t at = 0;
    std::memcpy(&at, data, sizeof at);
    if (at & 0x8000) directory.resize(at % (directory.size() + 1));
    else if (!directory.empty()) directory[at % directory.size()] = static_cast<char>(data[2]);
  }
  write(part, directory);
  const size_t rows = rows_of(part.folder / part.name);
  fuzz::require(directory != part.directory || rows == kRows, "a sound part gives all its rows");
  return 0;
}
