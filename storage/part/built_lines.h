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
  std::string_view line(const BlockReader& reader, size_t i, uint32_t row, size_t count) {
    if (built_.empty()) built_.resize(count);
    if (!built_[i].data()) {
      line_.clear();
      reader.append_line(row, line_);
      built_[i] = keep();
    }
    return built_[i];
  }

 private:
  /// Lines are kept in pieces of this size, so that views stay where they are; longer ones apart.
  static constexpr size_t kTextBytes = 256 << 10;

  /// Takes line_ over as it is: what a damaged block says of its length must not choose how much is reserved.
  std::string_view keep() {
    if (line_.size() > kTextBytes) {
      texts_.emplace_front().swap(line_);
      return texts_.front();
    }
    if (texts_.empty() || texts_.back().capacity() - texts_.back().size() < line_.size()) texts_.emplace_back().reserve(kTextBytes);
    std::string& text = texts_.back();
    text += line_;
    return std::string_view(text.data() + text.size() - line_.size(), line_.size());
  }

  std::string line_;  ///< the one being built
  std::deque<std::string> texts_;
  std::vector<std::string_view> built_;
};

}  // namespace sleipnir::storage
