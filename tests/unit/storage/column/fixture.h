#pragma once
// Lines of all sorts, and blocks made of them.
#include <doctest/doctest.h>

#include <random>

#include "base/scan.h"
#include "storage/bytes.h"
#include "storage/column/block_reader.h"
#include "storage/column/block_writer.h"
#include "storage/format.h"

namespace sleipnir::storage {

inline std::string pick(std::mt19937& random, std::initializer_list<const char*> of) { return *(of.begin() + random() % of.size()); }

inline std::string random_text(std::mt19937& random, size_t most, const char* alphabet) {
  std::string s;
  const size_t letters = std::string_view(alphabet).size();
  for (size_t n = random() % most; n > 0; --n) s += alphabet[random() % letters];
  return s;
}

/// JSON objects that differ in keys, kinds, blanks and escapes, and lines that are no JSON.
inline std::string random_line(std::mt19937& random) {
  if (random() % 12 == 0) return random_text(random, 12, "ab1 =\"{}\\");
  std::string line = "{";
  const int fields = 1 + static_cast<int>(random() % 4);
  for (int i = 0; i < fields; ++i) {
    if (i) line += random() % 4 ? "," : ", ";
    line += "\"" + pick(random, {"a", "b", "a_b", "c d"}) + "\":";
    switch (random() % 8) {
      case 0: line += "\"" + random_text(random, 5, "ab1") + "\""; break;
      case 1: line += std::to_string(random() % 120); break;
      case 2: line += pick(random, {"true", "false", "null"}); break;
      case 3: line += "\"x\\n" + random_text(random, 3, "ab\"") + "\""; break;
      case 4: line += "[\"a\",1]"; break;
      case 5: line += "{\"b\":\"" + random_text(random, 3, "ab") + "\"}"; break;
      case 6: line += std::to_string(random() % 9) + "." + std::to_string(random() % 90); break;
      default: line += "\"\xc3\xa4" + random_text(random, 3, "ab") + "\"";
    }
  }
  return line + "}";
}

inline std::vector<std::string> random_lines(uint32_t seed, size_t n) {
  std::mt19937 random(seed);
  std::vector<std::string> lines;
  for (size_t i = 0; i < n; ++i) lines.push_back(random_line(random));
  return lines;
}

struct TestBlock {
  std::vector<std::string> lines;
  Stream streams[2] = {{0, LabelSet{{"app", "x"}}}, {1, LabelSet{{"app", "y"}, {"a", "stream"}}}};
  const Stream* pointers[2] = {&streams[0], &streams[1]};
  std::vector<std::string> sets;
  WrittenBlock written;
  std::vector<size_t> order;  ///< line of each row

  explicit TestBlock(std::vector<std::string> of) : lines(std::move(of)) {
    for (const LabelSet& set : {LabelSet(), LabelSet{{"b", "meta"}}}) put_labels(sets.emplace_back(), set);
    std::vector<BlockRow> rows;
    for (size_t i = 0; i < lines.size(); ++i) rows.push_back({static_cast<uint32_t>(i % 2), static_cast<uint32_t>(i % 3 == 0), static_cast<Nanos>(i * 37 % 50) - 10, i + 100, lines[i]});
    std::vector<std::string_view> views(sets.begin(), sets.end());
    written = write_block(rows, views);
    std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return std::tie(a.stream, a.timestamp, a.arrival) < std::tie(b.stream, b.timestamp, b.arrival); });
    for (const BlockRow& r : rows) order.push_back(r.arrival - 100);
  }
  BlockReader reader() const {
    auto meta = decode_meta(encode_meta(written.meta));
    REQUIRE(meta.ok());
    return BlockReader(std::make_shared<const BlockMeta>(std::move(*meta)), [bytes = &written.bytes](const Chunk& c) -> Result<std::string> {
      std::string chunk = bytes->substr(c.offset, c.length);
      if (checksum(chunk) != c.checksum) return Error{ErrorKind::kCorrupt, "checksum"};
      return chunk.append(8, '\0');
    });
  }
  const std::string& line(uint32_t row) const { return lines[order[row]]; }
};

inline std::vector<RowRange> all_rows(const BlockReader& reader) { return {{0, reader.rows()}}; }

}  // namespace sleipnir::storage
