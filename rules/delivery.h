#pragma once
// Messages on their way to one receiver: an Alertmanager, a remote write endpoint.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sleipnir::rules {

/// Where messages go, and how they are posted.
struct Endpoint {
  std::string url;                                           ///< http or https; user:password@ is understood
  std::string user, password;                                ///< basic authentication
  std::vector<std::pair<std::string, std::string>> headers;  ///< sent with every message
  Nanos timeout = 10 * kSecond;                              ///< of connecting, and of each wait for the receiver
};

struct DeliveryBounds {
  size_t most_items = 10'000;         ///< that wait; the oldest message makes room for the newest
  size_t most_bytes = 64 << 20;
  Nanos most_age = kMinute;           ///< after this no more is tried
  Nanos first_pause = 100 * kMillisecond, longest_pause = 5 * kSecond;  ///< between tries; each is twice the one before
};

/// The body of a request, for one tenant. `items`: how many alerts, or samples.
struct Message {
  std::string tenant;
  std::shared_ptr<const std::string> body;
  size_t items = 0;
};

struct DeliveryStats {
  uint64_t sent = 0, failed = 0, dropped = 0, waiting = 0;  ///< items
};

class Poster;

/// Posts messages in order, on a thread of its own. A receiver that is away, answers 429 or 5xx is tried again until the message is too old; any other refusal
/// ends the message. Each message says its tenant in X-Scope-OrgID.
class Delivery {
 public:
  /// Errors (kInvalid): no such URL.
  static Result<std::unique_ptr<Delivery>> open(Endpoint endpoint, DeliveryBounds bounds);
  /// What waits is tried once more, for two seconds at most.
  ~Delivery();

  /// Any thread, never waits.
  void push(Message message);
  DeliveryStats stats() const;
  const std::string& name() const { return name_; }  ///< the URL, without credentials

 private:
  struct Waiting {
    Message message;
    std::chrono::steady_clock::time_point since;
  };

  Delivery(std::unique_ptr<Poster> poster, std::string name, DeliveryBounds bounds);
  void run();
  void deliver(Waiting waiting);
  bool pause(Nanos time);
  void note(const Result<void>& outcome, size_t items);

  const std::string name_;
  const DeliveryBounds bounds_;
  std::unique_ptr<Poster> poster_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  size_t items_ = 0, bytes_ = 0, in_flight_ = 0;
  bool stopping_ = false, ended_ = false;
  std::atomic<uint64_t> sent_{0}, failed_{0}, dropped_{0};
  bool failing_ = false;  // only the thread's
  std::thread thread_;
};

}  // namespace sleipnir::rules
