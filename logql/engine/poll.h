#pragma once
#include <algorithm>
#include <vector>

#include "base/scan.h"

namespace sleipnir::logql {

/// Looks at a cancellation now and then, where a loop may outlast its deadline between two batches or nodes. One thread.
class Poll {
 public:
  /// nullptr: never cancelled. `every`: calls between two looks, some ms of work at most.
  explicit Poll(const Cancellation* cancellation, uint32_t every = 1024) : cancellation_(cancellation), every_(every) {}

  /// True from the look on that found an error, which is in status() then.
  bool expired() {
    if (++calls_ >= every_) look();
    return !status_.ok();
  }
  /// As expired(), before `calls` units of work of one go.
  bool expired(size_t calls) {
    calls_ = static_cast<uint32_t>(std::min<size_t>(calls_ + calls, every_ - 1));
    return expired();
  }
  /// As expired(), before expressions search `bytes`: slow ones take some ten microseconds for 256.
  bool expired_by(size_t bytes) { return expired(1 + bytes / 256); }
  /// Success, or one of the errors of Cancellation::check.
  const Result<void>& status() const { return status_; }

 private:
  void look() {
    calls_ = 0;
    if (cancellation_ && status_.ok()) status_ = cancellation_->check();
  }

  const Cancellation* cancellation_;
  uint32_t every_;
  uint32_t calls_ = 0;
  Result<void> status_;
};

/// std::stable_sort that gives up, with the elements in some order, when the poll expires.
template <class T, class Less>
void stable_sort(std::vector<T>& values, Poll& poll, Less less) {
  if (std::is_sorted(values.begin(), values.end(), less)) return;
  constexpr size_t kRun = 4096;
  for (size_t begin = 0; begin < values.size() && !poll.expired(kRun); begin += kRun)
    std::stable_sort(values.begin() + begin, values.begin() + std::min(begin + kRun, values.size()), less);
  std::vector<T> merged;
  for (size_t run = kRun; run < values.size() && poll.status().ok(); run *= 2) {
    merged.clear();
    merged.reserve(values.size());
    for (size_t begin = 0; begin < values.size(); begin += 2 * run) {
      const size_t middle = std::min(begin + run, values.size()), end = std::min(middle + run, values.size());
      for (size_t left = begin, right = middle; left < middle || right < end;) {
        const bool takes_right = left == middle || (right < end && !poll.expired() && less(values[right], values[left]));
        merged.push_back(std::move(values[takes_right ? right++ : left++]));
      }
    }
    values.swap(merged);
  }
}

}  // namespace sleipnir::logql
