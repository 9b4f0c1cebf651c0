#include "storage/wal/group_commit.h"

namespace sleipnir::storage {

void GroupCommit::submit(Ticket& ticket) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&ticket);
  idle_.wait(lock, [&] { return ticket.done || !busy_; });
  if (ticket.done) return;
  busy_ = true;
  std::vector<Ticket*> group;
  group.swap(waiting_);
  lock.unlock();
  commit_(group);
  lock.lock();
  for (Ticket* t : group) t->done = true;
  busy_ = false;
  idle_.notify_all();
}

void GroupCommit::exclusive(const std::function<void()>& work) {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return !busy_; });
  busy_ = true;
  lock.unlock();
  work();
  lock.lock();
  busy_ = false;
  idle_.notify_all();
}

}  // namespace sleipnir::storage
