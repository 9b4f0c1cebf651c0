#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "api/send/options.h"
#include "base/result.h"

namespace sleipnir::api {

/// Pushes bodies to a server, one after the other, and tries again as long as that may help.
class SendClient {
 public:
  /// Errors (kInvalid): the URL.
  static Result<std::unique_ptr<SendClient>> make(const SendOptions& options);
  virtual ~SendClient() = default;

  /// Waits for the answer. On 429, 5xx and broken connections it tries again, after half a second first and up to 30 s later, or as long as Retry-After says; ten times, for ever when
  /// following. Errors: what the server said, or why it cannot be reached. `stop` ends the waiting.
  virtual Result<void> push(const std::string& body, const std::atomic<bool>& stop) = 0;
};

}  // namespace sleipnir::api
