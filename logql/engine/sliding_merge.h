#pragma once
#include <cstddef>
#include <vector>

namespace sleipnir::logql {

/// Merges the partials of windows that slide over ascending entries: the older part of a window is kept as merged suffixes, the newer as
/// one partial, so that each entry is merged a constant number of times however much windows overlap. `Entry` has a member `partial`.
template <class Entry>
class SlidingMerge {
 public:
  using Partial = decltype(Entry::partial);
  explicit SlidingMerge(const std::vector<Entry>& entries) : entries_(entries) {}

  /// The partial of entries [begin, end), which is not empty. Neither begin nor end may go back.
  Partial window(size_t begin, size_t end) {
    if (end - begin == 1) return entries_[begin].partial;
    if (begin >= middle_) restart(begin, end);
    for (; end_ < end; ++end_) newer_.merge(entries_[end_].partial);
    Partial merged = suffixes_[middle_ - 1 - begin];
    if (end_ > middle_) merged.merge(newer_);
    return merged;
  }

 private:
  void restart(size_t begin, size_t end) {
    middle_ = end_ = end;
    newer_ = {};
    suffixes_.clear();
    for (size_t i = end; i-- > begin;) {
      Partial suffix = entries_[i].partial;
      if (!suffixes_.empty()) suffix.merge(suffixes_.back());
      suffixes_.push_back(suffix);
    }
  }

  const std::vector<Entry>& entries_;
  std::vector<Partial> suffixes_;  // suffixes_[k]: of entries [middle_ - 1 - k, middle_)
  Partial newer_{};                // of entries [middle_, end_)
  size_t middle_ = 0, end_ = 0;
};

}  // namespace sleipnir::logql
