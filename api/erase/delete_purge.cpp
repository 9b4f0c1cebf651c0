#include "api/erase/delete_purge.h"

#include "spdlog/spdlog.h"

namespace sleipnir::api {
namespace {

constexpr auto kTick = std::chrono::seconds(1);
/// Whether parts are past retention is looked at this seldom.
constexpr Nanos kRetentionTick = kMinute;

}  // namespace

DeletePurge::DeletePurge(storage::Store& store, DeleteRequests& requests, Nanos cancel_period, Nanos retention)
    : store_(store), requests_(requests), cancel_period_(cancel_period), retention_(retention), thread_([this] { run(); }) {}

DeletePurge::~DeletePurge() {
  {
    std::lock_guard lock(mutex_);
    stop_.cancelled = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void DeletePurge::run() {
  Nanos expired = 0;
  std::unique_lock lock(mutex_);
  while (!stop_.cancelled) {
    lock.unlock();
    if (retention_ > 0 && now() - expired >= kRetentionTick) {
      expire();
      expired = now();
    }
    while (!stop_.cancelled) {
      const auto due = requests_.take_due(now() - cancel_period_);
      if (!due) break;
      purge(*due);
    }
    lock.lock();
    stopped_.wait_for(lock, kTick, [this] { return stop_.cancelled.load(); });
  }
}

void DeletePurge::purge(const DeleteRequests::Due& due) {
  const DeleteMask& mask = *due.mask;
  const auto runner = mask.pipeline->runner();
  storage::EraseRequest request;
  request.tenant = due.tenant;
  request.matchers = mask.matchers;
  request.first = mask.first;
  request.last = mask.last;
  request.where = mask.pipeline->predicate();
  request.doomed = [&](const Stream& stream, const LabelSet& metadata, Nanos timestamp, std::string_view line) {
    logql::ProcessedRow out;
    return runner->run(stream.labels, metadata, timestamp, line, out);
  };
  request.progress = [&](double progress) { requests_.set_progress(due, progress); };
  request.cancellation = &stop_;
  const auto rows = store_.erase(request);
  if (stop_.cancelled) return;
  if (!rows) {
    spdlog::error("delete request {}: {}", due.request.id, rows.error().message);
    return;
  }
  spdlog::info("delete request {}: {} lines erased", due.request.id, *rows);
  if (auto saved = requests_.set_state(due, DeleteRequest::State::kProcessed); !saved) spdlog::error("delete request {}: {}", due.request.id, saved.error().message);
}

void DeletePurge::expire() {
  for (const std::string& tenant : store_.tenants()) {
    const auto rows = store_.expire(tenant, now() - retention_);
    if (!rows) spdlog::error("retention: {}", rows.error().message);
    else if (*rows) spdlog::info("retention: {} lines of tenant {} expired", *rows, tenant);
  }
}

}  // namespace sleipnir::api
