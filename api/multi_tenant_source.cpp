#include "api/multi_tenant_source.h"

namespace sleipnir::api {
namespace {

constexpr std::string_view kTenantLabel = "__tenant_id__", kOriginalLabel = "original___tenant_id__";

/// Where one tenant's reader stands.
struct Cursor {
  size_t tenant;
  std::unique_ptr<BatchReader> reader;
  std::shared_ptr<Batch> batch;  // shared with the merged batches that show its rows
  size_t row = 0;
  bool ended = false;

  Nanos time() const { return batch->timestamps()[row]; }
};

/// Rows picked from batches of several tenants.
class MergedBatch : public Batch {
 public:
  void add(const std::shared_ptr<Batch>& batch, size_t row, const Stream* stream) {
    if (batches_.empty() || batches_.back() != batch) batches_.push_back(batch);
    picks_.push_back({batch.get(), row});
    timestamps_.push_back(batch->timestamps()[row]);
    streams_.push_back(stream);
  }
  size_t rows() const override { return picks_.size(); }
  std::span<const Nanos> timestamps() const override { return timestamps_; }
  std::span<const Stream* const> streams() const override { return streams_; }
  const LabelSet& metadata(size_t row) const override { return picks_[row].batch->metadata(picks_[row].row); }
  std::string_view line(size_t row) override { return picks_[row].batch->line(picks_[row].row); }
  uint32_t line_bytes(size_t row) override { return picks_[row].batch->line_bytes(picks_[row].row); }

 private:
  struct Pick {
    Batch* batch;
    size_t row;
  };
  std::vector<std::shared_ptr<Batch>> batches_;
  std::vector<Pick> picks_;
  std::vector<Nanos> timestamps_;
  std::vector<const Stream*> streams_;
};

class MergedReader : public BatchReader {
 public:
  MergedReader(MultiTenantSource& source, std::vector<Cursor> cursors, const ScanRequest& request)
      : source_(source), cursors_(std::move(cursors)), by_time_(request.order == ScanRequest::Order::kTime), backward_(request.direction == Direction::kBackward) {}

  Result<std::unique_ptr<Batch>> next() override {
    std::lock_guard one_at_a_time(mutex_);
    auto merged = std::make_unique<MergedBatch>();
    // A batch ends with the first reader that runs out of rows: what the others hold is merged next time.
    for (;;) {
      if (auto ready = refill(); !ready) return ready.error();
      Cursor* first = earliest();
      if (first == nullptr) return std::unique_ptr<Batch>();
      do {
        merged->add(first->batch, first->row, source_.labelled(first->tenant, first->batch->streams()[first->row]));
        if (++first->row == first->batch->rows()) {
          first->batch = nullptr;
          return std::unique_ptr<Batch>(std::move(merged));
        }
        first = earliest();
      } while (first != nullptr);
    }
  }

 private:
  Result<void> refill() {
    for (Cursor& c : cursors_) {
      while (!c.ended && (!c.batch || c.batch->rows() == 0)) {
        auto batch = c.reader->next();
        if (!batch) return batch.error();
        c.ended = *batch == nullptr;
        c.batch = std::move(*batch);
        c.row = 0;
      }
      if (!by_time_ && !c.ended) break;  // any order: one tenant after the other
    }
    return {};
  }

  Cursor* earliest() {
    Cursor* best = nullptr;
    for (Cursor& c : cursors_) {
      if (c.ended || !c.batch) continue;
      // Ties go to the first tenant forward and to the last one backward: the two directions mirror each other.
      if (best == nullptr || (by_time_ && (backward_ ? c.time() >= best->time() : c.time() < best->time()))) best = &c;
    }
    return best;
  }

  MultiTenantSource& source_;
  std::vector<Cursor> cursors_;
  const bool by_time_, backward_;
  std::mutex mutex_;
};

}  // namespace

MultiTenantSource::Selection MultiTenantSource::select(const std::vector<Matcher>& matchers) const {
  Selection selection;
  std::vector<const Matcher*> on_tenant;
  for (const Matcher& m : matchers) {
    if (m.name() == kTenantLabel) {
      on_tenant.push_back(&m);
    } else if (m.name() == kOriginalLabel) {
      if (auto renamed = Matcher::make(std::string(kTenantLabel), m.op(), m.value())) selection.matchers.push_back(*renamed);
    } else {
      selection.matchers.push_back(m);
    }
  }
  for (size_t i = 0; i < tenants_.size(); ++i) {
    bool chosen = true;
    for (const Matcher* m : on_tenant) chosen = chosen && m->matches(tenants_[i]);
    if (chosen) selection.tenants.push_back(i);
  }
  return selection;
}

const Stream* MultiTenantSource::labelled(size_t tenant, const Stream* stream) {
  std::lock_guard lock(mutex_);
  auto& mine = streams_[{tenant, stream}];
  if (!mine) {
    mine = std::make_unique<Stream>();
    mine->id = streams_.size();
    mine->labels = stream->labels;
    if (const std::string* own = stream->labels.find(kTenantLabel)) mine->labels.set(kOriginalLabel, std::string(*own));
    mine->labels.set(kTenantLabel, tenants_[tenant]);
  }
  return mine.get();
}

Result<std::unique_ptr<BatchReader>> MultiTenantSource::scan(const ScanRequest& request) {
  Selection selection = select(request.matchers);
  std::vector<Cursor> cursors;
  for (const size_t tenant : selection.tenants) {
    ScanRequest one = request;
    one.tenant = tenants_[tenant];
    one.matchers = selection.matchers;
    auto reader = source_.scan(one);
    if (!reader) return reader.error();
    cursors.push_back({tenant, std::move(*reader), nullptr});
  }
  return std::unique_ptr<BatchReader>(std::make_unique<MergedReader>(*this, std::move(cursors), request));
}

Result<std::vector<const Stream*>> MultiTenantSource::streams(const std::string&, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  const Selection selection = select(matchers);
  std::vector<const Stream*> all;
  for (const size_t tenant : selection.tenants) {
    auto found = source_.streams(tenants_[tenant], selection.matchers, start, end);
    if (!found) return found.error();
    for (const Stream* stream : *found) all.push_back(labelled(tenant, stream));
  }
  return all;
}

Result<IndexStats> MultiTenantSource::index_stats(const std::string&, const std::vector<Matcher>& matchers, Nanos start, Nanos end) {
  const Selection selection = select(matchers);
  IndexStats sum;
  for (const size_t tenant : selection.tenants) {
    auto one = source_.index_stats(tenants_[tenant], selection.matchers, start, end);
    if (!one) return one.error();
    sum.streams += one->streams;
    sum.chunks += one->chunks;
    sum.bytes += one->bytes;
    sum.entries += one->entries;
  }
  return sum;
}

}  // namespace sleipnir::api
