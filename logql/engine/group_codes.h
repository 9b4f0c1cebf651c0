#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace sleipnir::logql {

/// Numbers the distinct pairs of (group, code) densely, from 0 in order of first appearance. One thread.
class GroupCodes {
 public:
  /// Codes are < `codes`, groups < `groups`.
  void start(size_t groups, size_t codes) {
    codes_ = codes;
    direct_ = groups * codes <= kMostDirect;
    count_ = 0;
    if (direct_) table_.assign(groups * codes, kNone);
    else map_.clear();
  }
  uint32_t of(uint32_t group, uint32_t code) {
    const uint64_t key = static_cast<uint64_t>(group) * codes_ + code;
    uint32_t& number = direct_ ? table_[key] : map_.try_emplace(key, kNone).first->second;
    if (number == kNone) number = count_++;
    return number;
  }
  uint32_t count() const { return count_; }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kMostDirect = 1 << 18;  // a table of a megabyte is cleared in the time of some thousand hash lookups

  size_t codes_ = 0;
  bool direct_ = true;
  uint32_t count_ = 0;
  std::vector<uint32_t> table_;
  std::unordered_map<uint64_t, uint32_t> map_;
};

}  // namespace sleipnir::logql
