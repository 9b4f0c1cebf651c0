#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column/block_reader.h"

namespace sleipnir::storage {

/// Lines of a block that were asked for; each is built once and stays where it is. One thread.
class BuiltLines {
 public:
  /// The line of the i-th of `count` rows, which is row `row` of the block, its shape prepared.
  std::string_view line(const BlockReader& reader, size_t i, uint32_t row, size_t count, uint32_t length) {
    if (built_.empty()) built_.resize(count);
    if (!built_[i].data()) built_[i] = build(reader, row, length);
    return built_[i];
  }

 private:
  /// Lines are built into pieces of this size, so that views stay where they are.
  static constexpr size_t kTextBytes = 256 << 10;

  std::string_view build(const BlockReader& reader, uint32_t row, uint32_t length) {
    if (texts_.empty() || texts_.back().capacity() - texts_.back().size() < length + 1) texts_.emplace_back().reserve(std::max<size_t>(kTextBytes, length + 1));
    std::string& text = texts_.back();
    const size_t from = text.size();
    reader.append_line(row, text);
    return std::string_view(text.data() + from, text.size() - from);
  }

  std::deque<std::string> texts_;
  std::vector<std::string_view> built_;
};

}  // namespace sleipnir::storage
