// A sound part, edited behind its checksums. The input's first byte chooses what is edited: the directory, the meta chunk of the block, one of
// the block's chunks, or one of the indexes; the rest are edits (position, byte) of these bytes, which are written back with right checksums.
// Opening, reading and searching it gives rows or an error.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "input.h"
#include "scratch.h"
#include "storage/bytes.h"
#include "storage/column/predicate_test.h"
#include "storage/column/zstd_bytes.h"
#include "storage/format.h"
#include "storage/part/reader.h"
#include "storage/store.h"

using namespace sleipnir;

namespace {

constexpr size_t kRows = 45;
constexpr size_t kMostBytes = 1 << 20;

/// A part of one block, taken apart.
struct SoundPart {
  std::filesystem::path folder, name;
  std::string header, chunks, meta, indexes;  ///< as in the file: before the block, its chunks, its meta chunk (uncompressed), what follows
  storage::PartDirectory directory;
};

std::string id_of(size_t i) {
  char digits[33];
  std::snprintf(digits, sizeof digits, "%032llx", static_cast<unsigned long long>((i + 1) * 0x9e3779b97f4a7c15ull));
  return digits;
}

/// Lines that fill every encoding of a column, and lines without a shape.
std::string line(size_t i) {
  const std::string n = std::to_string(i), id = id_of(i);
  if (i % 10 == 9) return "raw line " + n;
  return R"({"time":"2026-03-01T00:00:00.)" + std::to_string(100 + i % 900) + R"(Z","level":")" + (i % 7 ? "info" : "error") + R"(","id":")" + id +
         R"(","clock":"08:05:0)" + std::to_string(i % 10) + R"(","v":)" + n + R"(.25,"path":"/api/orders/)" + n + R"(","text":"it's \"quoted\" )" + std::string(i % 20, 'x') + R"(","constant":true,"parent":")" +
         id + R"(","list":[1,)" + n + "]}";
}

/// Sets so many that they are kept in columns.
LabelSet metadata(size_t i) {
  LabelSet set{{"trace_id", std::to_string(i)}};
  if (i % 3) set.set("span_id", id_of(i));
  if (i % 4) set.set("level", i % 8 ? "info" : "warn");
  return set;
}

void fill(storage::Store& store) {
  std::vector<StreamEntries> streams;
  for (const char* app : {"a", "b", "c"}) {
    StreamEntries s{.labels = {{"app", app}}, .entries = {}};
    for (size_t n = 0; n < kRows / 3; ++n) {
      const size_t i = n + streams.size() * kRows / 3;
      s.entries.push_back({.timestamp = static_cast<Nanos>(1772323200000000000 + i * 1000000), .line = line(i), .metadata = metadata(i)});
    }
    streams.push_back(std::move(s));
  }
  fuzz::require(store.append("t", std::move(streams)).ok() && store.flush().ok(), "the store takes the rows");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string unpacked(std::string_view bytes) {
  auto raw = storage::get_compressed(bytes, kMostBytes);
  fuzz::require(raw && bytes.empty(), "what a sound part compressed unpacks");
  return *raw;
}

std::string packed(std::string_view raw) {
  std::string out;
  storage::put_compressed(out, raw);
  return out;
}

SoundPart make() {
  SoundPart part;
  part.folder = testing::scratch_folder("fuzz");
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
  const auto offset = footer.fixed<uint64_t>(), stored = footer.fixed<uint64_t>();
  fuzz::require(storage::decode_directory(unpacked(bytes.substr(offset, stored)), storage::part::kVersion, offset, part.directory), "the directory reads");
  fuzz::require(part.directory.blocks.size() == 1, "there is one block");
  fuzz::require(!part.directory.id_pages.empty(), "there are ids");
  const storage::BlockEntry& block = part.directory.blocks[0];
  part.header = bytes.substr(0, block.offset);
  part.chunks = bytes.substr(block.offset, block.chunk_bytes);
  part.meta = unpacked(bytes.substr(block.meta.offset, block.meta.length));
  const auto meta = storage::decode_meta(bytes.substr(block.meta.offset, block.meta.length));
  fuzz::require(meta && meta->metadata_in_columns(), "metadata is in columns");
  part.indexes = bytes.substr(block.meta.offset + block.meta.length, offset - block.meta.offset - block.meta.length);
  std::filesystem::remove_all(part.folder);
  std::filesystem::create_directories(part.folder);
  return part;
}

/// Applies (u16 position, byte) edits; a position with its highest bit set cuts the bytes off there.
void edit(std::string& bytes, const uint8_t* data, size_t size) {
  for (; size >= 3; data += 3, size -= 3) {
    uint16_t at = 0;
    std::memcpy(&at, data, sizeof at);
    if (at & 0x8000) bytes.resize((at & 0x7fff) % (bytes.size() + 1));
    else if (!bytes.empty()) bytes[at % bytes.size()] = static_cast<char>(data[2]);
  }
}

/// Edits a chunk and says so in `chunk`; `kept` where what follows has to stay where it is.
void edit_chunk(storage::Chunk& chunk, std::string& file, size_t offset, bool kept, const uint8_t* data, size_t size) {
  std::string bytes = file.substr(offset, chunk.length);
  edit(bytes, data, size);
  file.replace(offset, kept ? bytes.size() : chunk.length, bytes);
  chunk.length = bytes.size();
  chunk.checksum = storage::checksum(bytes);
}

void edit_any_chunk(SoundPart& part, uint8_t which, const uint8_t* data, size_t size) {
  auto meta = storage::decode_meta(packed(part.meta));
  fuzz::require(meta.ok(), "the meta chunk reads");
  std::vector<storage::Chunk*> chunks = {&meta->times, &meta->arrivals, &meta->shape_codes, &meta->set_codes, &meta->lengths, &meta->metadata_lengths, &meta->raw};
  for (storage::FieldChunk& f : meta->fields) chunks.push_back(&f.chunk);
  storage::Chunk& chunk = *chunks[which % chunks.size()];
  edit_chunk(chunk, part.chunks, chunk.offset, true, data, size);
  part.meta = unpacked(storage::encode_meta(*meta));
}

void edit_any_index(SoundPart& part, uint64_t before, uint8_t which, const uint8_t* data, size_t size) {
  storage::PartDirectory& d = part.directory;
  storage::Chunk* const chunks[] = {&d.id_pages[0].chunk, &d.windows, &d.blocks[0].roll_up, &d.vocabulary};
  storage::Chunk& chunk = *chunks[which % std::size(chunks)];
  if (chunk.length > 0) edit_chunk(chunk, part.indexes, chunk.offset - before, false, data, size);
}

void edit_part(SoundPart& part, std::string& directory, const uint8_t* data, size_t size) {
  const uint8_t which = data[0];
  ++data, --size;
  storage::BlockEntry& block = part.directory.blocks[0];
  const uint64_t indexes_before = block.meta.offset + block.meta.length;
  if (which % 4 == 1) edit(part.meta, data, size);
  else if (which % 4 == 2) edit_any_chunk(part, which / 4, data, size);
  else if (which % 4 == 3) edit_any_index(part, indexes_before, which / 4, data, size);
  const std::string meta = packed(part.meta);
  block.meta.length = meta.size();
  block.meta.checksum = storage::checksum(meta);
  part.directory.id_pages[0].chunk.offset = block.meta.offset + block.meta.length;  // the other indexes follow
  directory = storage::encode_directory(part.directory);
  if (which % 4 == 0) edit(directory, data, size);
}

void write(const SoundPart& part, const std::string& directory) {
  const std::string meta = packed(part.meta), stored = packed(directory), data = part.header + part.chunks + meta + part.indexes;
  std::string footer;
  for (const uint64_t v : {static_cast<uint64_t>(data.size()), static_cast<uint64_t>(stored.size()), storage::checksum(stored)}) storage::put_fixed<uint64_t>(footer, v);
  storage::put_fixed<uint64_t>(footer, storage::checksum(footer));
  std::ofstream(part.folder / part.name, std::ios::binary) << data << stored << footer;
}

/// Rows that could be read, as the part says.
size_t rows_of(const storage::Part& part, const storage::RowFilter& filter) {
  size_t rows = 0;
  for (size_t b = 0; b < part.blocks().size() && b < 10; ++b) {
    const auto block = part.load(b, filter);
    if (!block) continue;
    for (const auto& wanted : {WantedField{WantedField::From::kJson, "v", true}, WantedField{WantedField::From::kJson, "level"}, WantedField{WantedField::From::kJsonPath, "id", false, {}, {"user", "id"}},
                               WantedField{WantedField::From::kMetadata, "trace_id"}})
      (void)(*block)->column(wanted);
    static const std::vector<std::string> kNames = {"level", "trace_id"};
    (void)(*block)->project(&kNames);
    const bool has_sets = (*block)->prepare_sets().ok();
    for (size_t i = 0; has_sets && i < (*block)->rows() && i < 2 * kRows; ++i) (void)(*block)->set(i);
    if (!(*block)->prepare_lines()) continue;
    for (size_t i = 0; i < (*block)->rows() && i < 2 * kRows; ++i) rows += (*block)->streams[i] != nullptr && (*block)->line(i).size() == (*block)->line_lengths[i];
  }
  return rows;
}

Predicate where(Predicate::Kind kind, const char* field, const char* text, Predicate::Compare compare = Predicate::Compare::kEqual) {
  return {.kind = kind, .text = text, .field = field, .number = 7, .compare = compare};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const SoundPart sound = make();
  if (size == 0) return 0;
  SoundPart part = sound;
  std::string directory;
  edit_part(part, directory, data, size);
  write(part, directory);
  storage::StreamIndex index;
  const auto opened = storage::Part::open(part.folder / part.name, index);
  fuzz::require(opened || size > 3, "a sound part opens");
  if (!opened) return 0;
  const size_t rows = rows_of(**opened, {});
  fuzz::require(rows == kRows || size > 3, "a sound part gives all its rows");
  using Kind = Predicate::Kind;
  static const std::string id = id_of(kRows - 2);
  static const Predicate kSearches[] = {where(Kind::kLineContains, "", "9012"), where(Kind::kField, "level", "error"), where(Kind::kMetadata, "trace_id", "7"),
                                        where(Kind::kField, "v", "", Predicate::Compare::kGreater), where(Kind::kLineContains, "", id.c_str())};
  const Predicate& search = kSearches[size % std::size(kSearches)];
  storage::AlignedNeedles needles;
  (void)(*opened)->candidates(search, needles, nullptr);
  const storage::PreparedPredicate prepared(search);
  (void)rows_of(**opened, {.where = &prepared});
  std::vector<storage::IdEntry> ids;
  for (size_t page = 0; page < (*opened)->directory().id_pages.size() && page < 10; ++page) (void)(*opened)->read_ids(page, ids);
  (void)(*opened)->sums(0, nullptr);
  return 0;
}
