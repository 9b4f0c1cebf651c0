#pragma once
// The way of entries from pushes to live tails.
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/entry.h"
#include "base/matcher.h"
#include "base/result.h"
#include "storage/store.h"

namespace sleipnir::api {

/// Some entries of one stream in arrival order, shared by all who read them.
using TailChunk = std::shared_ptr<const StreamEntries>;

/// An entry that a reader does not get because it is too slow.
struct DroppedEntry {
  Nanos timestamp = 0;
  std::string labels;  ///< as JSON
};

/// What one reader has not taken yet. Bounded: what does not fit is dropped and noted. Any thread.
class TailQueue {
 public:
  static constexpr size_t kMostBytes = 8 << 20;  ///< half a minute of 2,000 lines a second
  static constexpr size_t kMostNoted = 1000;     ///< Loki tells a reader of no more (http-api.md §8)

  /// `wake` is called when there is something to pop after pop() found nothing, and on close(). It must be quick.
  TailQueue(std::vector<Matcher> matchers, std::function<void()> wake) : matchers_(std::move(matchers)), wake_(std::move(wake)) {}

  bool matches(const LabelSet& labels) const;
  void push(TailChunk chunk);
  /// The oldest chunk, nullptr where there is none.
  TailChunk pop();
  /// What was dropped since the last call; the first kMostNoted of it.
  std::vector<DroppedEntry> take_dropped();
  /// No more will come: the server stops.
  void close();
  bool closed() const;
  /// After this `wake` is not called any more.
  void leave();

 private:
  void wake_reader();

  const std::vector<Matcher> matchers_;
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::deque<std::pair<TailChunk, size_t>> chunks_;  // with their bytes
  size_t bytes_ = 0;
  std::vector<DroppedEntry> dropped_;
  bool awake_ = false, closed_ = false;
};

/// Knows who listens. Pushes announce themselves with a TailPush. Any thread.
class TailHub {
 public:
  /// A reader's place; it ends with it. The hub must outlive it.
  class Subscription {
   public:
    Subscription(TailHub& hub, std::string tenant, std::shared_ptr<TailQueue> queue) : hub_(&hub), tenant_(std::move(tenant)), queue_(std::move(queue)) {}
    Subscription(Subscription&& other) noexcept : hub_(std::exchange(other.hub_, nullptr)), tenant_(std::move(other.tenant_)), queue_(std::move(other.queue_)) {}
    ~Subscription();
    TailQueue& queue() const { return *queue_; }

   private:
    TailHub* hub_;
    std::string tenant_;
    std::shared_ptr<TailQueue> queue_;
  };

  /// From its return on the queue gets all that matches; what was pushed before can be read from the store. It waits for the pushes in progress.
  /// `most` readers a tenant (0 = any number). Errors: kLimit with Loki's text, kCancelled when the server stops.
  Result<Subscription> subscribe(const std::string& tenant, std::vector<Matcher> matchers, uint64_t most, std::function<void()> wake);
  /// Closes all queues, and those to come.
  void close();

 private:
  friend class TailPush;
  using Queues = std::multimap<std::string, std::shared_ptr<TailQueue>>;

  std::mutex mutex_;
  std::condition_variable passed_;
  Queues queues_;
  std::set<uint64_t> in_progress_;  // tickets of pushes
  uint64_t next_ticket_ = 0;
  bool closed_ = false;
};

/// Brackets one append: made before it, with what will be appended, and published after it. Costs two short locks where nobody listens, and a copy of
/// what matches where somebody does.
///
/// A push that saw no reader must be readable in the store before that reader looks there, or its entries would fall between the two: hence the
/// tickets, and a reader that waits for those before it.
class TailPush {
 public:
  /// Does nothing without a hub.
  TailPush(TailHub* hub, const std::string& tenant, const std::vector<StreamEntries>& streams);

  /// Hands out what the store took.
  void publish(const storage::AppendReport& report);

 private:
  struct Copy {
    size_t stream;  // position in the push
    StreamEntries entries;
    std::vector<std::shared_ptr<TailQueue>> readers;
  };

  /// In progress as long as it lives.
  class Ticket {
   public:
    /// `listening`: who has subscribed in this tenant.
    Ticket(TailHub* hub, const std::string& tenant, std::vector<std::shared_ptr<TailQueue>>& listening);
    ~Ticket();
    Ticket(const Ticket&) = delete;

   private:
    TailHub* const hub_;
    uint64_t number_ = 0;
  };

  std::vector<std::shared_ptr<TailQueue>> listening_;
  Ticket ticket_;
  std::vector<Copy> copies_;
};

}  // namespace sleipnir::api
