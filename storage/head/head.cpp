#include "storage/head/head.h"

#include <algorithm>

#include "storage/format.h"
#include "storage/head/slab.h"

namespace sleipnir::storage {

Head::Head(const Head* previous) : seen_before_(previous ? previous->seen_ : nullptr) {
  if (seen_before_) seen_->reserve(seen_before_->size());
}

Head::Inserted Head::insert(PushBatch&& batch) {
  Inserted inserted;
  constexpr size_t kAhead = 8;
  for (size_t i = 0; i < batch.rows.size(); i++) {
    EntryIdentity identity = batch.identities[i];
    if (i + kAhead < batch.rows.size()) {
      seen_->prefetch(batch.identities[i + kAhead]);
      if (seen_before_) seen_before_->prefetch(batch.identities[i + kAhead]);
    }
    if ((seen_before_ && seen_before_->contains(identity)) || !seen_->insert(identity)) {
      inserted.duplicates++;
      continue;
    }
    inserted.accepted++;
    line_bytes_ += batch.rows[i].line.size();
    young_.push_back(batch.rows[i]);
  }
  if (inserted.accepted == 0) return inserted;
  if (rows_ == 0) created_ = now();
  rows_ += inserted.accepted;
  payload_bytes_ += batch.payload->capacity();
  young_payloads_.push_back(std::move(batch.payload));
  if (young_.size() >= kSlabRows) close_slab();
  return inserted;
}

bool Head::holds_all(const PushBatch& batch) const {
  return std::all_of(batch.identities.begin(), batch.identities.end(), [&](EntryIdentity identity) { return seen(identity); });
}

void Head::close_slab() {
  slabs_.push_back(make_slab(std::move(young_), std::move(young_payloads_), true));
  young_.clear();
  young_payloads_.clear();
  youngest_ = std::make_shared<Youngest>();
}

uint64_t Head::footprint() const {
  constexpr uint64_t kColumnsOfARow = 64, kSlotsOfARow = 48;
  return payload_bytes_ + rows_ * (kColumnsOfARow + kSlotsOfARow);
}

Head::Snapshot Head::snapshot(Nanos first, Nanos last) const {
  Snapshot s;
  for (const auto& slab : slabs_) {
    if (slab->first() <= last && slab->last() >= first) s.slabs.push_back(slab);
  }
  if (std::none_of(young_.begin(), young_.end(), [&](const Row& row) { return row.timestamp >= first && row.timestamp <= last; })) return s;
  s.young = young_;
  s.payloads = young_payloads_;
  s.youngest = youngest_;
  return s;
}

Runs Head::runs(Snapshot s) {
  if (s.young.empty()) return std::move(s.slabs);
  std::lock_guard one_sorts(s.youngest->mutex);
  if (s.youngest->rows < s.young.size() || !s.youngest->run) {
    s.youngest->rows = s.young.size();
    s.youngest->run = make_slab(std::move(s.young), std::move(s.payloads), false);
  }
  s.slabs.push_back(s.youngest->run);
  return std::move(s.slabs);
}

}  // namespace sleipnir::storage
