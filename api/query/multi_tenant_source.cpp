#include "api/query/multi_tenant_source.h"

#include <algorithm>
#include <atomic>

#include "api/query/merged_batch.h"

namespace sleipnir::api {
namespace {

constexpr std::string_view kOriginalLabel = "original___tenant_id__";

bool mentions_tenant(const Predicate& p) {
  return p.field == kTenantLabel || p.field == kOriginalLabel || std::any_of(p.children.begin(), p.children.end(), mentions_tenant);
}

/// Where one tenant's reader stands.
struct Cursor {
  size_t tenant;
  std::unique_ptr<BatchReader> reader;
  std::shared_ptr<Batch> batch;  // shared with the merged batches that show its rows
  size_t row = 0;
  bool ended = false;

  Nanos time() const { return batch->timestamps()[row]; }
};

/// A batch of one tenant under the labels of many.
class TenantBatch : public Batch {
 public:
  TenantBatch(MultiTenantSource& source, size_t tenant, std::unique_ptr<Batch> batch, bool decides)
      : source_(source), tenant_(tenant), batch_(std::move(batch)), decides_(decides) {}
  size_t rows() const override { return batch_->rows(); }
  std::span<const Nanos> timestamps() const override { return batch_->timestamps(); }
  std::span<const Stretch> stretches() override { return batch_->stretches(); }
  RowTime first_after(uint32_t row, uint32_t end, Nanos time) override { return batch_->first_after(row, end, time); }
  std::span<const RowPair> pairs() override {
    if (pairs_.empty())
      for (const RowPair& pair : batch_->pairs()) pairs_.push_back({source_.labelled(tenant_, pair.stream), pair.metadata});
    return pairs_;
  }
  std::span<const uint32_t> pair_codes() override { return batch_->pair_codes(); }
  std::span<const Stream* const> streams() const override {
    if (streams_.empty()) {
      const Stream *of = nullptr, *labelled = nullptr;
      for (const Stream* stream : batch_->streams()) {
        if (std::exchange(of, stream) != stream) labelled = source_.labelled(tenant_, stream);
        streams_.push_back(labelled);
      }
    }
    return streams_;
  }
  const LabelSet& metadata(size_t row) const override { return batch_->metadata(row); }
  std::string_view line(size_t row) override { return batch_->line(row); }
  uint32_t line_bytes(size_t row) override { return batch_->line_bytes(row); }
  std::span<const uint32_t> line_lengths() override { return batch_->line_lengths(); }
  Result<const Column*> column(size_t i) override { return batch_->column(i); }
  bool certain(size_t row) const override { return decides_ && batch_->certain(row); }
  bool all_certain() const override { return decides_ && batch_->all_certain(); }

 private:
  MultiTenantSource& source_;
  const size_t tenant_;
  std::unique_ptr<Batch> batch_;
  const bool decides_;
  std::vector<RowPair> pairs_;
  mutable std::vector<const Stream*> streams_;  // when first asked for
};

/// One tenant after the other, for whoever takes rows in any order.
class ChainedReader : public BatchReader {
 public:
  ChainedReader(MultiTenantSource& source, std::vector<Cursor> cursors, bool decides) : source_(source), cursors_(std::move(cursors)), decides_(decides) {}

  Result<std::unique_ptr<Batch>> next() override {
    for (size_t at = current_; at < cursors_.size();) {
      auto batch = cursors_[at].reader->next();
      if (!batch) return batch.error();
      if (*batch) return std::unique_ptr<Batch>(std::make_unique<TenantBatch>(source_, cursors_[at].tenant, std::move(*batch), decides_));
      current_.compare_exchange_strong(at, at + 1);
      at = current_;
    }
    return std::unique_ptr<Batch>();
  }

 private:
  MultiTenantSource& source_;
  const std::vector<Cursor> cursors_;
  const bool decides_;
  std::atomic<size_t> current_ = 0;
};

/// All tenants' rows by time.
class MergedReader : public BatchReader {
 public:
  MergedReader(MultiTenantSource& source, std::vector<Cursor> cursors, bool decides, Direction direction)
      : source_(source), cursors_(std::move(cursors)), decides_(decides), backward_(direction == Direction::kBackward) {}

  Result<std::unique_ptr<Batch>> next() override {
    auto merged = std::make_unique<MergedBatch>(decides_);
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
    }
    return {};
  }

  Cursor* earliest() {
    Cursor* best = nullptr;
    for (Cursor& c : cursors_) {
      if (c.ended || !c.batch) continue;
      // Ties go to the first tenant forward and to the last one backward: the two directions mirror each other.
      if (best == nullptr || (backward_ ? c.time() >= best->time() : c.time() < best->time())) best = &c;
    }
    return best;
  }

  MultiTenantSource& source_;
  std::vector<Cursor> cursors_;
  const bool decides_, backward_;
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
  const bool decides = !mentions_tenant(request.where);  // a tenant does not know its label
  std::vector<Cursor> cursors;
  for (const size_t tenant : selection.tenants) {
    ScanRequest one = request;
    one.tenant = tenants_[tenant];
    one.matchers = selection.matchers;
    if (!decides) one.where = {};
    auto reader = source_.scan(one);
    if (!reader) return reader.error();
    cursors.push_back({tenant, std::move(*reader), nullptr});
  }
  if (request.order == ScanRequest::Order::kAny) return std::unique_ptr<BatchReader>(std::make_unique<ChainedReader>(*this, std::move(cursors), decides));
  return std::unique_ptr<BatchReader>(std::make_unique<MergedReader>(*this, std::move(cursors), decides, request.direction));
}

Result<std::optional<std::vector<Counted>>> MultiTenantSource::count(const CountRequest& request) {
  const Selection selection = select(request.matchers);
  std::vector<Counted> all;
  for (const size_t tenant : selection.tenants) {
    CountRequest one = request;
    one.tenant = tenants_[tenant];
    one.matchers = selection.matchers;
    auto counted = source_.count(one);
    if (!counted || !*counted) return counted;
    for (Counted& c : **counted) {
      c.stream = labelled(tenant, c.stream);
      all.push_back(std::move(c));
    }
  }
  return std::optional(std::move(all));
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
