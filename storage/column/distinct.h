#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "storage/column/short_bytes.h"

namespace sleipnir::storage {

/// Numbers distinct texts in order of appearance, up to a limit. Open addressing, views only: the texts must outlive it.
class Distinct {
 public:
  static constexpr uint32_t kFull = UINT32_MAX;
  explicit Distinct(size_t limit);
  /// Room for so many without growing.
  void reserve(size_t texts);
  /// Number of the text; kFull when it is new and the limit is reached. The text of the call before costs a comparison.
  uint32_t code(std::string_view text) { return latest_ < entries_.size() && same_text(entries_[latest_], text) ? latest_ : latest_ = look_up(text); }
  /// The text that code() added last lies there from now on.
  void keep_newest(std::string_view copy) { entries_.back() = copy; }
  /// Number of a text that has one; kFull otherwise.
  uint32_t find(std::string_view text) const;
  const std::vector<std::string_view>& entries() const { return entries_; }

 private:
  uint32_t look_up(std::string_view text);
  void resize(size_t slots);

  struct Slot { uint32_t tag = 0, code = kFull; };
  size_t limit_;
  std::vector<Slot> slots_;
  std::vector<uint64_t> hashes_;
  std::vector<std::string_view> entries_;
  uint32_t latest_ = kFull;
};

}  // namespace sleipnir::storage
