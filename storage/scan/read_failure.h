#pragma once
#include <mutex>
#include <optional>

#include "base/result.h"

namespace sleipnir::storage {

/// What goes wrong where a batch is asked for a line too late to fail; the reader hands it on at its next turn. Any number of threads.
class ReadFailure {
 public:
  /// The first one stays.
  void set(const Error& error) {
    std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
  }
  std::optional<Error> get() const {
    std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

}  // namespace sleipnir::storage
