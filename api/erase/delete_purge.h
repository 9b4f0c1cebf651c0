#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/erase/delete_requests.h"
#include "storage/store.h"

namespace sleipnir::api {

/// A thread that makes deletions final: what delete requests mask goes from disk once they can no longer be cancelled, and parts go that are past the
/// retention period.
class DeletePurge {
 public:
  /// `cancel_period`: how long a request can be cancelled. `retention` 0: everything is kept.
  DeletePurge(storage::Store& store, DeleteRequests& requests, Nanos cancel_period, Nanos retention);
  /// Ends a purge in progress; it begins anew at the next start.
  ~DeletePurge();

 private:
  void run();
  void purge(const DeleteRequests::Due& due);
  void expire();

  storage::Store& store_;
  DeleteRequests& requests_;
  const Nanos cancel_period_, retention_;
  Cancellation stop_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  std::thread thread_;
};

}  // namespace sleipnir::api
