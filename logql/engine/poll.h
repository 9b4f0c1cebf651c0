#pragma once
#include "base/scan.h"

namespace sleipnir::logql {

/// Looks at a cancellation now and then, where a loop may outlast its deadline between two batches or nodes. One thread.
class Poll {
 public:
  /// nullptr: never cancelled. `every`: calls between two looks, some ms of work at most.
  explicit Poll(const Cancellation* cancellation, uint32_t every = 1024) : cancellation_(cancellation), every_(every) {}

  /// Errors: those of Cancellation::check.
  Result<void> check() {
    if (++calls_ % every_ != 0 || !cancellation_) return {};
    return cancellation_->check();
  }

 private:
  const Cancellation* cancellation_;
  uint32_t every_;
  uint32_t calls_ = 0;
};

}  // namespace sleipnir::logql
