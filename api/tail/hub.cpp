#include "api/tail/hub.h"

#include <algorithm>

#include "api/query/encode.h"

namespace sleipnir::api {
namespace {

// A chunk is dropped as a whole, and is in memory as long as one reader needs it.
constexpr size_t kChunkEntries = 500, kChunkBytes = 256 << 10;

size_t bytes_of(const Entry& entry) { return sizeof(Entry) + entry.line.size() + entry.metadata.bytes(); }

}  // namespace

bool TailQueue::matches(const LabelSet& labels) const {
  return std::all_of(matchers_.begin(), matchers_.end(), [&](const Matcher& m) { return m.matches(labels.get(m.name())); });
}

void TailQueue::push(TailChunk chunk) {
  size_t bytes = chunk->labels.bytes();
  for (const Entry& entry : chunk->entries) bytes += bytes_of(entry);
  std::lock_guard lock(mutex_);
  if (bytes_ + bytes <= kMostBytes || chunks_.empty()) {
    bytes_ += bytes;
    chunks_.emplace_back(std::move(chunk), bytes);
  } else {
    std::string labels;
    append_labels(labels, chunk->labels);
    for (const Entry& entry : chunk->entries)
      if (dropped_.size() < kMostNoted) dropped_.push_back({entry.timestamp, labels});
  }
  wake_reader();
}

TailChunk TailQueue::pop() {
  std::lock_guard lock(mutex_);
  awake_ = !chunks_.empty();
  if (chunks_.empty()) return nullptr;
  auto [chunk, bytes] = std::move(chunks_.front());
  chunks_.pop_front();
  bytes_ -= bytes;
  return chunk;
}

std::vector<DroppedEntry> TailQueue::take_dropped() {
  std::lock_guard lock(mutex_);
  return std::exchange(dropped_, {});
}

void TailQueue::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  awake_ = false;
  wake_reader();
}

bool TailQueue::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void TailQueue::leave() {
  std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

void TailQueue::wake_reader() {
  if (awake_ || !wake_) return;
  awake_ = true;
  wake_();
}

TailHub::Subscription::~Subscription() {
  if (hub_ == nullptr) return;
  queue_->leave();
  std::lock_guard lock(hub_->mutex_);
  const auto [first, last] = hub_->queues_.equal_range(tenant_);
  hub_->queues_.erase(std::find_if(first, last, [this](const auto& item) { return item.second == queue_; }));
}

Result<TailHub::Subscription> TailHub::subscribe(const std::string& tenant, std::vector<Matcher> matchers, uint64_t most, std::function<void()> wake) {
  std::unique_lock lock(mutex_);
  if (closed_) return Error{ErrorKind::kCancelled, "the server is stopping"};
  if (const size_t wanted = queues_.count(tenant) + 1; most > 0 && wanted > most)
    return Error{ErrorKind::kLimit, "max concurrent tail requests limit exceeded, count > limit (" + std::to_string(wanted) + " > " + std::to_string(most) + ")"};
  auto queue = std::make_shared<TailQueue>(std::move(matchers), std::move(wake));
  queues_.emplace(tenant, queue);
  const uint64_t before = next_ticket_;
  passed_.wait(lock, [&] { return in_progress_.empty() || *in_progress_.begin() >= before; });
  lock.unlock();
  return Subscription(*this, tenant, std::move(queue));
}

void TailHub::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& [tenant, queue] : queues_) queue->close();
}

TailPush::Ticket::Ticket(TailHub* hub, const std::string& tenant, std::vector<std::shared_ptr<TailQueue>>& listening) : hub_(hub) {
  if (hub_ == nullptr) return;
  std::lock_guard lock(hub_->mutex_);
  const auto [first, last] = hub_->queues_.equal_range(tenant);
  for (auto it = first; it != last; ++it) listening.push_back(it->second);
  number_ = hub_->next_ticket_++;
  hub_->in_progress_.insert(number_);
}

TailPush::Ticket::~Ticket() {
  if (hub_ == nullptr) return;
  {
    std::lock_guard lock(hub_->mutex_);
    hub_->in_progress_.erase(number_);
  }
  hub_->passed_.notify_all();
}

TailPush::TailPush(TailHub* hub, const std::string& tenant, const std::vector<StreamEntries>& streams) : ticket_(hub, tenant, listening_) {
  if (listening_.empty()) return;
  for (size_t i = 0; i < streams.size(); ++i) {
    std::vector<std::shared_ptr<TailQueue>> readers;
    for (const auto& queue : listening_)
      if (queue->matches(streams[i].labels)) readers.push_back(queue);
    if (!readers.empty()) copies_.push_back({i, streams[i], std::move(readers)});
  }
}

void TailPush::publish(const storage::AppendReport& report) {
  for (Copy& copy : copies_) {
    std::set<size_t> refused;
    for (const storage::Refused& r : report.refused)
      if (r.stream == copy.stream) refused.insert(r.entry);
    StreamEntries chunk;
    size_t bytes = 0;
    const auto hand_out = [&] {
      if (chunk.entries.empty()) return;
      chunk.labels = copy.entries.labels;
      const auto shared = std::make_shared<const StreamEntries>(std::exchange(chunk, {}));
      for (const auto& queue : copy.readers) queue->push(shared);
      bytes = 0;
    };
    for (size_t i = 0; i < copy.entries.entries.size(); ++i) {
      if (refused.count(i) > 0) continue;
      bytes += bytes_of(copy.entries.entries[i]);
      chunk.entries.push_back(std::move(copy.entries.entries[i]));
      if (chunk.entries.size() >= kChunkEntries || bytes >= kChunkBytes) hand_out();
    }
    hand_out();
  }
}

}  // namespace sleipnir::api
