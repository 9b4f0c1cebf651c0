#include "rules/delivery.h"

#include <algorithm>

#include "rules/poster.h"
#include "rules/url.h"
#include "spdlog/spdlog.h"

namespace sleipnir::rules {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLastSeconds = std::chrono::seconds(2);

}  // namespace

Result<std::unique_ptr<Delivery>> Delivery::open(Endpoint endpoint, DeliveryBounds bounds) {
  std::string name = public_url(endpoint.url);
  auto poster = Poster::open(std::move(endpoint));
  if (!poster) return poster.error();
  return std::unique_ptr<Delivery>(new Delivery(std::move(*poster), std::move(name), bounds));
}

Delivery::Delivery(std::unique_ptr<Poster> poster, std::string name, DeliveryBounds bounds)
    : name_(std::move(name)), bounds_(bounds), poster_(std::move(poster)), thread_([this] { run(); }) {}

Delivery::~Delivery() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, kLastSeconds, [&] { return queue_.empty() && in_flight_ == 0; });
    for (const Waiting& waiting : queue_) dropped_ += waiting.message.items;
    queue_.clear();
  }
  for (bool ended = false; !ended;) {
    poster_->interrupt();  // again, should a request have begun meanwhile
    std::unique_lock lock(mutex_);
    ended = changed_.wait_for(lock, std::chrono::milliseconds(50), [&] { return ended_; });
  }
  thread_.join();
}

void Delivery::push(Message message) {
  std::lock_guard lock(mutex_);
  items_ += message.items;
  bytes_ += message.body->size();
  queue_.push_back({std::move(message), Clock::now()});
  while (queue_.size() > 1 && (items_ > bounds_.most_items || bytes_ > bounds_.most_bytes)) {
    const Message& oldest = queue_.front().message;
    items_ -= oldest.items;
    bytes_ -= oldest.body->size();
    dropped_ += oldest.items;
    queue_.pop_front();
  }
  changed_.notify_all();
}

DeliveryStats Delivery::stats() const {
  std::lock_guard lock(mutex_);
  return {sent_, failed_, dropped_, items_ + in_flight_};
}

void Delivery::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) break;
    Waiting next = std::move(queue_.front());
    queue_.pop_front();
    items_ -= next.message.items;
    bytes_ -= next.message.body->size();
    in_flight_ = next.message.items;
    lock.unlock();
    deliver(std::move(next));
    lock.lock();
    in_flight_ = 0;
    changed_.notify_all();
  }
  ended_ = true;
  changed_.notify_all();
}

void Delivery::deliver(Waiting waiting) {
  const auto give_up = waiting.since + std::chrono::nanoseconds(bounds_.most_age);
  for (Nanos wait = bounds_.first_pause;; wait = std::min(2 * wait, bounds_.longest_pause)) {
    const Posted posted = poster_->post(waiting.message.tenant, *waiting.message.body);
    if (posted.outcome) return note(posted.outcome, waiting.message.items);
    if (!posted.try_again || Clock::now() >= give_up || !pause(wait)) return note(posted.outcome, waiting.message.items);
  }
}

/// False when the delivery ends meanwhile.
bool Delivery::pause(Nanos time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, std::chrono::nanoseconds(time), [&] { return stopping_; });
}

void Delivery::note(const Result<void>& outcome, size_t items) {
  (outcome ? sent_ : failed_) += items;
  if (!outcome && !failing_) spdlog::warn("rules: {}: {}", name_, outcome.error().message);
  if (outcome && failing_) spdlog::info("rules: {} takes messages again", name_);
  failing_ = !outcome;
}

}  // namespace sleipnir::rules
