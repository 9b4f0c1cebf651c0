#include "storage/tenant_store.h"

#include <algorithm>

#include "storage/tenant_folder.h"
#include "storage/upkeep/erase.h"
#include "storage/upkeep/merge_policy.h"

namespace sleipnir::storage {
namespace {

namespace fs = std::filesystem;

/// A full head may grow to this many times its size while its successor waits for the disk.
constexpr uint64_t kMostOverfull = 2;

}  // namespace

TenantStore::TenantStore(fs::path folder, const StoreOptions& options, std::function<void()> wake)
    : folder_(std::move(folder)), options_(options), wake_(std::move(wake)), group_commit_([this](auto group) { commit(group); }) {}

Result<AppendReport> TenantStore::append(const std::vector<StreamEntries>& push, const AppendOptions& options) {
  AppendReport report;
  if (auto room = wait_for_room(); !room) return room.error();
  auto accepted = admission_.admit(push, options, report);
  if (accepted.empty()) return report;
  auto batch = encode_push(accepted);
  if (!batch) return batch.error();
  GroupCommit::Ticket ticket{std::move(*batch)};
  group_commit_.submit(ticket);
  if (!ticket.outcome) return ticket.outcome.error();
  report.accepted = ticket.accepted;
  report.duplicates = ticket.duplicates;
  return report;
}

void TenantStore::commit(std::span<GroupCommit::Ticket* const> group) {
  // What a client sends again is durable already and must not fill the WAL: only this thread changes the head, it may look without a lock.
  std::vector<PushBatch*> batches;
  for (auto* ticket : group) {
    if (!head_->holds_all(ticket->batch)) batches.push_back(&ticket->batch);
  }
  uint64_t bytes_before = wal_->bytes();
  auto written = batches.empty() ? Result<void>() : wal_->append(batches, next_arrival_);
  for (auto* batch : batches) next_arrival_ += batch->rows.size();
  bool due;
  {
    std::unique_lock lock(mutex_);
    for (auto* ticket : group) {
      ticket->outcome = written;
      if (!written) continue;
      auto inserted = head_->insert(std::move(ticket->batch));
      ticket->accepted = inserted.accepted;
      ticket->duplicates = inserted.duplicates;
    }
    if (written) wal_bytes_ += wal_->bytes() - bytes_before;
    due = head_->full(options_.seal_bytes);
  }
  if (due) wake_();
}

Result<void> TenantStore::wait_for_room() {
  std::shared_lock lock(mutex_);
  auto has_room = [&] {
    if (!head_->full(options_.seal_bytes)) return true;
    return !sealing_.head && !head_->full(kMostOverfull * options_.seal_bytes);
  };
  if (!has_room()) wake_();
  room_.wait(lock, [&] { return has_room() || stopped_ || !seal_failure_.empty(); });
  if (has_room()) return {};
  return Error{ErrorKind::kIo, stopped_ ? "the store is closed" : seal_failure_};
}

Runs TenantStore::runs(Nanos first, Nanos last) const {
  Runs runs;
  Head::Snapshot young, sealing;
  {
    std::shared_lock lock(mutex_);
    runs.assign(parts_.begin(), parts_.end());
    young = head_->snapshot(first, last);
    if (sealing_.head) sealing = sealing_.head->snapshot(first, last);
  }
  for (Head::Snapshot* snapshot : {&sealing, &young}) {
    for (auto& run : Head::runs(std::move(*snapshot))) runs.push_back(std::move(run));
  }
  return runs;
}

bool TenantStore::seal_due() const {
  std::shared_lock lock(mutex_);
  if (sealing_.head || head_->full(options_.seal_bytes)) return true;
  return !head_->empty() && now() - head_->created() >= options_.seal_age;
}

Result<void> TenantStore::seal() {
  std::lock_guard one_at_a_time(seal_mutex_);
  if (sealing_.head) {  // left by a failure
    if (auto sealed = seal_oldest(); !sealed) return sealed;
  }
  group_commit_.exclusive([&] {
    std::unique_lock lock(mutex_);
    if (head_->empty()) return;
    sealing_ = {head_, wal_->rotate(), std::exchange(wal_bytes_, 0)};
    head_ = std::make_shared<Head>(sealing_.head.get());
  });
  return sealing_.head ? seal_oldest() : Result<void>();
}

Result<void> TenantStore::seal_oldest() {
  auto parts = seal_runs(Head::runs(sealing_.head->snapshot(INT64_MIN, INT64_MAX)), part_folder());
  uint64_t covered = sealing_.last_segment;
  {
    std::unique_lock lock(mutex_);
    seal_failure_ = parts ? "" : parts.error().message;
    if (parts) {
      parts_.insert(parts_.end(), parts->begin(), parts->end());
      sealing_ = {};
    }
    room_.notify_all();
  }
  if (!parts) return parts.error();
  return remove_segments_through(covered);
}

Result<void> TenantStore::remove_segments_through(uint64_t last) {
  auto files = list_files(folder_);
  if (!files) return files.error();
  for (const fs::path& path : *files) {
    const auto segment = wal_segment_of(path);
    if (!segment || *segment > last) continue;
    if (auto removed = remove_file(path); !removed) return removed;
  }
  return {};
}

PartFolder TenantStore::part_folder() {
  return {folder_, index_, [this] { return next_part_id_++; }};
}

Result<bool> TenantStore::merge_once() {
  std::unique_lock one_at_a_time(merge_mutex_, std::try_to_lock);
  if (!one_at_a_time) return false;  // rows are being erased; the next tick looks again
  Parts candidates = parts();
  std::erase_if(candidates, [&](const auto& p) { return std::count(unreadable_.begin(), unreadable_.end(), p->name().id); });
  Parts sources = choose_merge(candidates);
  if (sources.empty()) return false;
  auto merged = merge_parts(sources, part_folder(), stop_merging_);
  if (!merged) {
    if (stop_merging_.cancelled) return false;
    if (merged.error().kind == ErrorKind::kCorrupt) {
      for (const auto& s : sources) unreadable_.push_back(s->name().id);
    }
    return merged.error();
  }
  std::unique_lock lock(mutex_);
  std::erase_if(parts_, [&](const auto& p) { return std::count(sources.begin(), sources.end(), p); });
  parts_.push_back(*merged);
  for (const auto& s : sources) s->make_obsolete();
  return true;
}

Result<uint64_t> TenantStore::erase(const EraseRequest& request) {
  if (auto sealed = seal(); !sealed) return sealed.error();
  std::lock_guard one_at_a_time(merge_mutex_);
  const auto streams = index_.match(request.matchers, nullptr);
  if (!streams) return streams.error();
  const Parts all = parts();
  uint64_t rows = 0;
  for (size_t p = 0; p < all.size(); ++p) {
    if (request.progress) request.progress(static_cast<double>(p) / static_cast<double>(all.size()));
    auto erased = erase_rows(all[p], *streams, request, part_folder());
    if (!erased) return erased.error();
    if (erased->rows == 0) continue;
    rows += erased->rows;
    replace(all[p], std::move(erased->rest));
  }
  // What has gone may be pushed again.
  group_commit_.exclusive([&] {
    std::unique_lock lock(mutex_);
    if (rows) head_->forget_previous();
  });
  return rows;
}

Result<uint64_t> TenantStore::expire(Nanos oldest) {
  std::lock_guard one_at_a_time(merge_mutex_);
  uint64_t rows = 0;
  for (const auto& part : parts()) {
    if (part->last() >= oldest) continue;
    rows += part->rows();
    replace(part, nullptr);
  }
  return rows;
}

Parts TenantStore::parts() const {
  std::shared_lock lock(mutex_);
  return parts_;
}

void TenantStore::replace(const std::shared_ptr<Part>& part, std::shared_ptr<Part> rest) {
  std::unique_lock lock(mutex_);
  std::erase(parts_, part);
  if (rest) parts_.push_back(std::move(rest));
  part->make_obsolete();
}

Result<void> TenantStore::sync_wal() {
  Result<void> synced;
  group_commit_.exclusive([&] { synced = wal_->sync(); });
  return synced;
}

uint64_t TenantStore::head_footprint() const {
  std::shared_lock lock(mutex_);
  return head_->footprint();
}

void TenantStore::add_to(StoreStats& stats) const {
  std::shared_lock lock(mutex_);
  stats.wal_bytes += wal_bytes_ + sealing_.wal_bytes;
  for (const Head* head : {head_.get(), sealing_.head.get()}) {
    if (!head) continue;
    stats.head_bytes += head->line_bytes();
    stats.head_rows += head->rows();
  }
  for (const auto& part : parts_) {
    stats.parts++;
    stats.part_bytes += part->file_bytes();
    stats.part_rows += part->rows();
  }
  stats.streams += index_.size();
  stats.set_aside += set_aside_;
}

void TenantStore::stop() {
  stop_merging_.cancelled = true;
  std::unique_lock lock(mutex_);
  stopped_ = true;
  room_.notify_all();
}

}  // namespace sleipnir::storage
