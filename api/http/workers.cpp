#include "api/http/workers.h"

#include <pthread.h>

#include <algorithm>

namespace sleipnir::api {
namespace {

// Room for the deepest query that the parser lets through, even with sanitizers; only touched pages cost memory.
constexpr size_t kStackBytes = 8 << 20;
constexpr std::chrono::seconds kIdleTime{10};
constexpr size_t kAtOnce = 64;  // threads that are made without a second thought
constexpr std::chrono::milliseconds kPatience{15};

}  // namespace

Workers::~Workers() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  wake_.notify_all();
  ended_.wait(lock, [this] { return threads_ == 0; });
}

void Workers::run(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  tasks_.push_back({std::move(task), Clock::now()});
  if (idle_ >= tasks_.size()) {
    wake_.notify_one();
  } else if (threads_ < std::min(most_, kAtOnce)) {
    spawn();  // where the system refuses, the task waits for a thread that exists
  }
}

bool Workers::relieve() {
  std::lock_guard lock(mutex_);
  // Threads that finish no task at all are stuck with slow clients or queries; threads that do are only busy.
  size_t more = finished_ == 0 ? kAtOnce : 1;
  finished_ = 0;
  // An idle thread that was called but did not run yet will take a task: on a busy machine more threads would only make it busier.
  const auto late = Clock::now() - kPatience;
  for (size_t i = idle_; i < tasks_.size(); ++i)
    if (more-- == 0 || tasks_[i].since > late || threads_ >= most_ || !spawn()) break;
  return !tasks_.empty();
}

bool Workers::spawn() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  const bool ok = pthread_create(&thread, &attributes, &Workers::enter, this) == 0;
  pthread_attr_destroy(&attributes);
  threads_ += ok;
  return ok;
}

void* Workers::enter(void* self) {
  static_cast<Workers*>(self)->work();
  return nullptr;
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (tasks_.empty()) {
      if (closing_) break;
      ++idle_;
      const bool woken = wake_.wait_for(lock, kIdleTime, [this] { return closing_ || !tasks_.empty(); });
      --idle_;
      if (!woken) break;
      continue;
    }
    auto task = std::move(tasks_.front().run);
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    ++finished_;
  }
  --threads_;
  // The lock is held until this thread lets go of every member.
  ended_.notify_all();
}

}  // namespace sleipnir::api
