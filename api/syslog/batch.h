#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/ingest/request.h"

namespace sleipnir::api {

/// Syslog messages grouped into streams by host, app, facility and level.
class SyslogBatch {
 public:
  /// `peer` stands in for a missing host.
  void add(std::string_view message, std::string_view peer, Nanos received);
  /// Bytes of the messages.
  size_t bytes() const { return bytes_; }
  size_t messages() const { return messages_; }
  bool empty() const { return messages_ == 0; }
  /// Empties it.
  std::vector<ReceivedStream> take();

 private:
  std::vector<ReceivedStream> streams_;
  std::unordered_map<std::string, size_t> by_labels_;
  size_t bytes_ = 0, messages_ = 0;
};

}  // namespace sleipnir::api
